"""The mistake cache: filled once, read again, and discarded if anything that decides it changes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bngrader.judging import mistake_cache
from bngrader.judging.mistake_cache import MistakeCache
from bngrader.remote.proxy import load_module
from bnlab.kit.diagnosis.diagnose import diagnose
from bnlab.kit.diagnosis.known import Known, add_mistake, known_to_data, reference_of
from bnlab.kit.diagnosis.results import Numbers, Raised
from bnlab.kit.testing.properties import End, Outcome, Property
from bnlab.kit.testing.recorder import Call
from tests.unit.fakes import FakeChild

TEST = Property("batch_moments", "a sentence", "one", print)
KNOWN = Known(
    {"one": [("call", [Numbers("float64", (3,), 1 / 3, (0.1, 0.2, 1 / 7), kind="NumPy")])]},
    {"biased": {("one", 0, -1, "end"): Raised(("KeyError", "Exception"), "no")}},
    {"biased": frozenset({"one"})},
)


@pytest.fixture(autouse=True)
def digest(monkeypatch):
    monkeypatch.setattr(mistake_cache, "grader_digest", lambda unit: "digest")


def known(cache, filled=None):
    """What a cache knows of the task; `filled` counts how often it asked."""

    def fill():
        if filled is not None:
            filled.append(True)
        return KNOWN

    return cache.known("moments", "batch_moments", fill)


def rows(known):
    return known_to_data(known, exact=True)


def test_mistake_cache_in_memory_is_filled_once():
    cache, filled = MistakeCache(b"secret"), []
    assert known(cache, filled) is known(cache, filled)
    assert len(filled) == 1


def test_mistake_cache_in_a_folder_is_read_by_the_next_judge(tmp_path):
    filled = []
    first = known(MistakeCache(b"secret", tmp_path), filled)
    second = known(MistakeCache(b"secret", tmp_path), filled)
    assert len(filled) == 1
    assert rows(first) == rows(second)


def test_two_judges_fill_the_files_of_two_tasks_at_the_same_time(tmp_path):
    both = threading.Barrier(2, timeout=20)  # broken, and an error, if one waits for the other

    def fill():
        both.wait()
        return KNOWN

    with ThreadPoolExecutor(2) as threads:
        filled = [
            threads.submit(MistakeCache(b"secret", tmp_path).known, "moments", task, fill)
            for task in ("batch_moments", "normalize")
        ]
        assert [rows(each.result()) for each in filled] == 2 * [rows(KNOWN)]


@pytest.mark.parametrize("damage", [lambda b: b[:-3], lambda b: b"", lambda b: b[4:], bytes.upper])
def test_mistake_cache_fills_a_damaged_file_again(tmp_path, damage):
    known(MistakeCache(b"secret", tmp_path))
    path = tmp_path / "moments.batch_moments"
    content = path.read_bytes()
    path.write_bytes(damage(content))
    filled = []
    assert rows(known(MistakeCache(b"secret", tmp_path), filled)) == rows(KNOWN)
    assert len(filled) == 1
    assert path.read_bytes() == content


def test_mistake_cache_of_another_secret_is_not_used(tmp_path):
    known(MistakeCache(b"secret", tmp_path))
    filled = []
    known(MistakeCache(b"another", tmp_path), filled)
    assert len(filled) == 1


def test_mistake_cache_of_another_grader_is_not_used(tmp_path, monkeypatch):
    known(MistakeCache(b"secret", tmp_path))
    monkeypatch.setattr(mistake_cache, "grader_digest", lambda unit: "another")
    filled = []
    known(MistakeCache(b"secret", tmp_path), filled)
    assert len(filled) == 1


def test_mistake_cache_works_where_its_folder_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    assert known(MistakeCache(b"secret", tmp_path / "file" / "folder")) == KNOWN


def test_mistake_cache_recognises_a_handle_in_memory_and_from_its_file(tmp_path):
    """A result that stays in the child is compared by its class, whatever the cache stores."""

    def outcome(call):
        module = load_module(FakeChild(), "layer", SOURCE)
        calls = (Call("call", call, getattr(module, call)()),)
        return Outcome(TEST, end=End.MISMATCH, detail="layer", calls=calls)

    made = reference_of([outcome("conv")])
    for name in ("linear", "relu", "of_a_class"):
        add_mistake(made, name, [outcome(name)])
    for folder in (None, tmp_path, tmp_path):
        cache = MistakeCache(b"secret", folder)
        found = cache.known("layer", "layer", lambda: made)
        for name in made.mistakes:
            assert diagnose([outcome(name)], found).names == (name,)


SOURCE = """
import torch

class Own:
    pass

def linear():
    return torch.nn.Linear(1, 1)

def conv():
    return torch.nn.Conv2d(1, 1, 1)

def relu():
    return torch.nn.ReLU()

def of_a_class():
    return Own()
"""
