"""Tests that the parsers of submissions survive any input."""

import json
import time
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bngrader.course.module_parts import parts
from bngrader.judging import static_review
from bngrader.remote.proxy import RemoteModule, public_name
from bnlab.kit.formats import MAX_SOURCE_BYTES
from tests.fuzz.targets import FOUND, TARGETS, archive, module, notebook, reply, seeds

FOUND_INPUTS = sorted(path for path in FOUND.glob("*-*") if path.is_file())


@pytest.mark.parametrize("path", FOUND_INPUTS, ids=lambda path: path.name)
def test_targets_accept_inputs_that_once_failed(path):
    TARGETS[path.name.partition("-")[0]](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60)
@given(st.data())
def test_targets_survive_well_formed_input_with_changed_bytes(name, data):
    changed = bytearray(data.draw(st.sampled_from(seeds(name))))
    for _ in range(data.draw(st.integers(0, 4))):
        if changed:
            place = data.draw(st.integers(0, len(changed) - 1))
            changed[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    TARGETS[name](bytes(changed))


@given(st.binary(max_size=300))
def test_targets_survive_any_bytes(content):
    for target in TARGETS.values():
        target(content)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "metadata", "nbgrader", "grade_id", "source"])
            | st.text(max_size=3),
            inner | st.sampled_from(["written-moments", "quiz-grams", "quiz-one_row"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(documents)
def test_notebook_survives_any_json(document):
    notebook(json.dumps(document).encode())


@settings(max_examples=100)
@given(st.text(alphabet="`~\n\r\u2028 <a\\$[](){}", max_size=60))
def test_written_answer_stays_inside_its_fence(answer):
    cell = {"metadata": {"nbgrader": {"grade_id": "written-moments"}}, "source": answer}
    notebook(json.dumps({"cells": [cell]}).encode())


words = st.sampled_from(
    [
        "import torch",
        "F.batch_norm",
        '"layer_norm"',
        "x",
        "=",
        "\n",
        "    ",
        ";",
        "(",
        ")",
        "'''",
        "\\\n",
    ]
)


@settings(max_examples=200)
@given(st.lists(words, max_size=12).map(" ".join))
@example("F.batch_norm(" + "(" * 2_000)
@example("\x0c\x00F.batch_norm")
def test_static_review_survives_any_text(text):
    module(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "\\'", '\\"', "'" * 3, '"' * 3 + "\\", "'\n", "'" * 3 + "a\n", "r'", "rb", "(", "\\", "\r",
        "\f", "1.", "a",
        "os ", "os\n", "os.", ";os", "{'", "f'{", "#", "\\\n", "é", "'\\\n",
        "a\u0327\u0301", "ﷺ", "a" * 20_000 + "é ",
    ],
)  # fmt: skip
def test_static_review_takes_a_time_linear_in_the_length_of_any_text(text):
    whole = "import os\n" + text * (MAX_SOURCE_BYTES // len(text.encode()))
    begun = time.process_time()
    assert any("names os" in line for line in static_review.review("moments", whole)[:1])
    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize(
    "text", ["@\n{0}def normalize(x):\n{0}", "@\ndef normalize(x):\n 1\n", "async "]
)
def test_module_is_split_into_parts_in_a_time_linear_in_its_length(text):
    """The decorators of a definition are searched once, not again for each line of its body."""
    half = MAX_SOURCE_BYTES // 4
    whole = text.replace("@\n{0}", "@\n" * half).replace("{0}", " \n" * half)
    whole = (whole * (MAX_SOURCE_BYTES // len(whole.encode()) or 1))[:MAX_SOURCE_BYTES]
    begun = time.process_time()
    assert "".join(part.text for part in parts(whole, ["normalize"]))
    assert time.process_time() - begun < 2.0


def test_static_review_knows_every_line_end_of_python():
    for end in ("\n", "\r\n", "\r"):
        (found,) = static_review.review("moments", f"x = 1{end}import gc{end}")
        assert found.startswith("line 2 names gc")


@settings(max_examples=60)
@given(st.dictionaries(st.text(min_size=1, max_size=30), st.binary(max_size=50), max_size=3))
def test_archive_survives_any_file_names(tmp_path_factory, files):
    path = tmp_path_factory.mktemp("zips") / "ada.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name.replace("\0", "_")), content)
    archive(path.read_bytes())


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("y = F.batch_norm(x)", "line 1 names batch_norm: torch's own normalization."),
        ("from torch.nn import BatchNorm2d as B", "line 1 names BatchNorm2d: torch's own normal"),
        ("y = getattr(F, 'layer_norm')(x)", "line 1 names layer_norm: torch's own normalization."),
        ("\nexec(text)", "line 2 names exec: the tasks do not need it."),
        ("a = 1; import gc", "line 1 names gc: the tasks do not need it."),
        ("import ｇｃ", "line 1 names gc: the tasks do not need it."),
        ("y = F.batch_nºrm(x)", "line 1 names batch_norm: torch's own normalization."),
    ],
)
def test_static_review_names_what_a_file_uses(line, remark):
    (found,) = static_review.review("channels", line + "\n")
    assert found.startswith(remark)


@pytest.mark.parametrize(
    "line",
    [
        "# F.batch_norm is what this must equal",
        '"""Like F.batch_norm."""',
        "model.eval()",
        "for each in model.modules(): pass",
        "def batch_norm_2d(x): return x",
    ],
)
def test_an_honest_line_gets_no_remark(line):
    assert static_review.review("channels", line + "\n") == ()


def test_a_class_is_named_only_where_everybody_has_it():
    assert public_name("Linear") == "Linear"
    assert public_name("ndarray") == "ndarray"
    assert public_name("generator") == "generator"
    assert public_name("INPUT_0_25") == "value of your own class"


@pytest.mark.parametrize(
    "answer",
    [
        {"error": [["INPUT 0.25"], "INPUT", 10**9]},
        {"error": ["INPUT 0.25", "INPUT", 10**9]},
        {"error": "INPUT"},
        {"error": [["INPUT"], None, "INPUT"]},
        {"forbidden": ["INPUT"]},
        {"forbidden": "INPUT"},
        {"value": {"INPUT": 1}},
        ["INPUT"],
    ],
)
def test_reply_cannot_put_text_into_a_report(answer):
    class Answering:
        def ask(self, request):
            return answer

    try:
        told = ""
        RemoteModule(Answering())._perform("call")
    except Exception as error:
        told = f"{getattr(error, 'type_name', '')} {getattr(error, 'names', '')}"
        told += f" {getattr(error, 'line', '')}"
    assert "INPUT" not in told
    assert "0" not in told


def test_reply_survives_an_empty_frame():
    reply(b"")
