"""The code blocks of the book print what stands beside them; the symptoms are what torch does."""

import re
from collections import Counter
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F

from bngrader.authoring.leak_check import check_files
from book import code_blocks

BOOK = Path(code_blocks.__file__).parent
CHAPTERS = [path for path in sorted(BOOK.glob("[01]*.md")) if path.name != "09_training.md"]
SYMPTOMS = (BOOK / "symptoms.md").read_text("utf-8")
SHOWN = re.compile(r"```\{example\} (\S+)\n(?::part: (\w+)\n)?```")
TABS = re.compile(r"^::::\{tab-set\}$.*?^::::$", re.M | re.S)
HERE = [
    name
    for name in code_blocks.names()
    if not code_blocks.library(name) and not code_blocks.is_distributed(name)
]
"""What this process can execute; tests/integration/test_code_blocks.py executes the others."""


@pytest.mark.parametrize("name", HERE)
def test_example_prints_what_stands_beside_it(name):
    with torch.random.fork_rng():
        stored, new = code_blocks.differences(name)
    assert new == stored, f"run python -m book.code_blocks {name}"


def test_each_example_and_each_of_its_parts_is_shown_once():
    pages = "".join(path.read_text("utf-8") for path in sorted(BOOK.glob("*.md")))
    visible = [
        (name, title)
        for name in code_blocks.names()
        for title in code_blocks.parts(name)
        if title not in code_blocks.HIDDEN
    ]
    assert Counter(SHOWN.findall(pages)) == Counter(visible)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_chapter_has_three_to_eight_blocks(path):
    text = TABS.sub("```{example} tabs\n```", path.read_text("utf-8"))
    assert 3 <= len(SHOWN.findall(text)) <= 8


def test_no_example_contains_a_line_of_an_answer():
    check_files({name: code_blocks.source(name).read_bytes() for name in code_blocks.names()})


def test_lines_fit_on_a_page_without_scrolling():
    long = [
        f"{name}: {line}"
        for name in code_blocks.names()
        for line in code_blocks.source(name).read_text("utf-8").splitlines()
        if len(line) > 76
    ]
    assert long == []


@pytest.mark.parametrize(
    "name", [name for name in code_blocks.names() if name.startswith("symptoms/")]
)
def test_symptom_asserts_the_fault_and_the_cure(name):
    parts = code_blocks.parts(name)
    shown = set(parts) - set(code_blocks.HIDDEN)
    assert shown == ({""} if code_blocks.is_distributed(name) else {"check", "fix"})
    raised = parts["check"].raises is not None if "check" in parts else False
    assert parts["test"].code.count("assert ") + raised >= 2


@pytest.mark.parametrize("name", [name for name in HERE if name.startswith("symptoms/")])
def test_symptom_without_its_fix_fails_its_test(name, monkeypatch):
    parts = code_blocks.parts(name)
    del parts["fix"]
    monkeypatch.setattr(code_blocks, "parts", lambda _: parts)
    with pytest.raises((AssertionError, NameError, RuntimeError, ValueError)):
        code_blocks.execute(name)
    if dist.is_initialized():
        dist.destroy_process_group()


def entry(label):
    """The text of an entry of the page, from its label to the next."""
    return SYMPTOMS.partition(f"(symptom-{label})=\n")[2].partition("\n(symptom-")[0]


@pytest.mark.parametrize("label", re.findall(r"^\(symptom-([\w-]+)\)=$", SYMPTOMS, re.M)[:-1])
def test_entry_has_check_reason_fix_and_section(label):
    text = entry(label)
    for word in ("**Be sure.**", "**Why.**", "**Fix.**", "**More:** {ref}"):
        assert word in text
    assert f"](#symptom-{label})" in SYMPTOMS.partition("\n## ")[0], "not in the list"


@pytest.mark.parametrize(
    "label",
    ["one-value", "inplace", "missing-count", "missing-statistics", "wrong-axis", "mixed-dtype",
     "sync-cpu"],
)  # fmt: skip
def test_title_of_an_error_is_a_part_of_what_torch_raises(label):
    title = re.search(r"^### `(.+)`$", entry(label), re.M)[1]
    name = SHOWN.search(entry(label))[1]
    raised = re.sub(r'["\s]+', " ", code_blocks.output(name)["check"])
    title, *others = title.split(": ") if label.startswith("missing") else [title]
    for text in [title, *(each for names in others for each in names.split(", "))]:
        assert text in raised


@pytest.mark.parametrize(
    ("message", "call"),
    [
        ("expected 4D input (got 2D input)", lambda: nn.BatchNorm2d(3)(torch.ones(2, 3))),
        (
            "running_mean must be defined in evaluation mode",
            lambda: F.batch_norm(torch.ones(2, 3), None, None),
        ),
        (
            "batch_norm eps must be positive during training, but got 0",
            lambda: F.batch_norm(torch.ones(2, 3), None, None, training=True, eps=0),
        ),
        (
            "num_channels (6) must be divisible by num_groups (4)",
            lambda: nn.GroupNorm(4, 6),
        ),
        (
            "\"batch_norm\" not implemented for 'Long'",
            lambda: nn.BatchNorm1d(3)(torch.ones(2, 3).long()),
        ),
        ("more than 1 spatial element", lambda: nn.InstanceNorm2d(2)(torch.ones(2, 2, 1, 1))),
        (
            "Batch norm got a batched tensor as input",
            lambda: torch.vmap(nn.BatchNorm1d(3))(torch.ones(2, 4, 3)),
        ),
        (
            "Expected more than 1 value per channel when training",
            lambda: nn.GroupNorm(2, 2)(torch.ones(1, 2, 1, 1)),
        ),
    ],
)
def test_message_on_the_page_is_what_torch_raises(message, call):
    assert message in SYMPTOMS
    with pytest.raises((ValueError, RuntimeError, NotImplementedError), match=re.escape(message)):
        call()


def test_all_public_reports_have_their_answer():
    rows = SYMPTOMS.partition("(symptom-reports)=")[2].splitlines()
    rows = [row.split(" | ") for row in rows if "https://github.com/" in row]
    assert len(rows) == 26
    answers = [answer for _, answer, _ in rows]
    assert sum("{ref}`" in answer for answer in answers) == 20  # the others are about notebooks
    labels = set(re.findall(r"<(symptom-[\w-]+)>", "".join(answers)))
    assert all(f"({label})=" in SYMPTOMS for label in labels)


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated")
def test_fusing_refuses_a_pair_in_training_mode():
    from torch.fx.experimental.optimization import fuse
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    pair = nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)
    with pytest.raises(AssertionError, match="only for eval"):
        fuse_conv_bn_eval(*pair)
    with pytest.raises(AssertionError, match="only for eval"):
        fuse(nn.Sequential(*pair))


def test_torch_fills_in_the_count_of_a_file_without_versions_and_not_of_another():
    bn = nn.BatchNorm1d(3)
    saved = bn.state_dict()
    del saved["num_batches_tracked"]
    bn.load_state_dict(dict(saved))
    with pytest.raises(RuntimeError, match="num_batches_tracked"):
        bn.load_state_dict(saved)


@pytest.fixture
def example(tmp_path, monkeypatch):
    """Write an example `a/b` and return its name."""
    monkeypatch.setattr(code_blocks, "FOLDER", tmp_path)

    def write(text):
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a" / "b.py").write_text(text)
        return "a/b"

    return write


def test_parts_share_names_and_hidden_ones_print_nothing(example):
    name = example("# %% setup\nx = 1\nprint(x)\n# %% check\nprint(x + 1)\n# %% test\nassert x\n")
    assert code_blocks.execute(name) == {"check": "2"}
    assert code_blocks.parts(name)["check"].line == 5


def test_code_before_the_first_header_is_a_part_without_a_name(example):
    name = example("x = 3\n# %% fix\nprint(x)\n")
    assert code_blocks.execute(name) == {"": "", "fix": "3"}


def test_expected_exception_becomes_the_last_line(example):
    name = example("# %% check raises KeyError\nprint('before')\n{}['a']\n# %% fix\nprint('ok')\n")
    assert code_blocks.execute(name) == {"check": "before\nKeyError: 'a'", "fix": "ok"}


def test_exception_that_does_not_come_is_an_error(example):
    name = example("# %% check raises KeyError\npass\n")
    with pytest.raises(ValueError, match="line 2 begins a part that did not raise"):
        code_blocks.execute(name)


def test_other_exception_and_failed_test_come_through(example):
    with pytest.raises(ZeroDivisionError):
        code_blocks.execute(example("# %% check raises KeyError\n1 / 0\n"))
    with pytest.raises(AssertionError):
        code_blocks.execute(example("x = 1\n# %% test\nassert x == 2\n"))


def test_unknown_example_is_an_error_that_names_the_file():
    with pytest.raises(ValueError, match=r"expected a file book/examples/a/nothing\.py"):
        code_blocks.source("a/nothing")


def test_command_writes_outputs_and_finds_other_ones(example, capsys):
    name = example("# %% a\nprint(1)\n# %% b\nprint(2)\n")
    assert code_blocks.main([name]) == 0
    assert code_blocks.source(name).with_suffix(".txt").read_text() == "# %% a\n1\n# %% b\n2\n"
    assert code_blocks.main(["--check"]) == 0
    example("print(3)\n")
    assert code_blocks.main(["--check", name]) == 1
    assert "another output" in capsys.readouterr().out
