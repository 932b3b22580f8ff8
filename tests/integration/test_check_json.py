"""`bnlab check --json` for a file in each state, validated against the published schema."""

import json

import jsonschema
import pytest

from bngrader.core import solutions
from tests.helpers.learner import bnlab, unpack

SCHEMA = json.loads((solutions.ROOT / "docs/schemas/check.schema.json").read_text("utf-8"))
UNBIASED = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return unpack(tmp_path_factory.mktemp("handout") / "Übung 1")


def checked(folder, source, *names):
    """The exit code and the data of a check of `moments`, whose module has this text."""
    if source is not None:
        (folder / "bnlab" / "moments.py").write_text(source, "utf-8")
    done = bnlab(folder, "check", "--json", *names)
    data = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    return done, data


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_fresh_copy_is_not_written(folder):
    done, data = checked(folder, None, "moments", "why")
    assert done.returncode == 1
    assert {each["state"] for each in data["tasks"]} == {"not_written"}
    assert data["without_code"] == ["why"]
    assert not data["passed"]


def test_right_code_has_passed_and_what_it_prints_is_no_data(folder):
    loud = solutions.solved("moments") + '\n\nprint("loud")\n'
    loud += "\n\n_quiet = batch_moments\n\n\n"
    loud += "def batch_moments(x):\n    print(x)\n    return _quiet(x)\n"
    done, data = checked(folder, loud, "batch_moments")
    assert done.returncode == 0
    assert "loud" in done.stderr
    (task,) = data["tasks"]
    assert task["state"] == "passed"
    assert task["mistakes"] == []
    assert {each["verdict"] for each in task["properties"]} == {"passed"}


def test_a_known_mistake_has_its_name_hint_and_page(folder):
    done, data = checked(folder, UNBIASED.source, "batch_moments")
    assert done.returncode == 1
    (task,) = data["tasks"]
    assert task["state"] == "failed"
    assert "failed" in {each["verdict"] for each in task["properties"]}
    (mistake,) = task["mistakes"]
    assert mistake == {"name": UNBIASED.name, "hint": UNBIASED.hint, "page": UNBIASED.page}


def test_a_file_that_cannot_be_imported_is_not_checked(folder):
    _, data = checked(folder, "x = (\n", "moments")
    assert {each["state"] for each in data["tasks"]} == {"not_checked"}
    assert all("cannot be imported" in each["problem"] for each in data["tasks"])
