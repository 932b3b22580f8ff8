"""A copy is listed whatever was renamed; independent work and hostile bytes are not."""

import re
import time

import pytest

from bngrader.core import solutions
from bngrader.course.similarity import pairs
from bngrader.course.similarity.page import evidence, similarity_page
from bngrader.course.similarity.tokens import MAX_TOKENS, of_module
from bnlab.kit.course import coded_units

ODD = """\
import numpy as np


def batch_moments(x):
    # add the rows one by one and keep a running total
    total = np.zeros(x.shape[1], dtype=np.longdouble)
    for row in np.asarray(x):
        total = total + np.asarray(row, dtype=np.longdouble)
    middle = total / len(x)
    spread = np.zeros_like(middle)
    for row in np.asarray(x):
        away = np.asarray(row, dtype=np.longdouble) - middle
        spread += away * away
    return middle.astype(x.dtype), (spread / len(x)).astype(x.dtype)


def normalize(x, mean, var, eps=1e-5):
    width = np.promote_types(x.dtype, np.float32)
    factor = np.reciprocal(np.sqrt(np.add(var.astype(width), eps)))
    shifted = np.subtract(x, mean, dtype=width)
    return np.multiply(shifted, factor).astype(x.dtype)
"""
OTHER = """\
import numpy as np


def batch_moments(x):
    n = x.shape[0]
    wide = x.astype("f8")
    mean = np.einsum("nd->d", wide) / n
    var = np.einsum("nd,nd->d", wide - mean, wide - mean) / n
    return mean.astype(x.dtype), var.astype(x.dtype)


def normalize(x, mean, var, eps=1e-5):
    return ((x - mean) / (var.astype("f8") + eps) ** 0.5).astype(x.dtype)
"""


def disguised(source):
    """Rename variables, change comments and letters of attributes, turn the functions round."""
    for number, name in enumerate(
        ("total", "middle", "spread", "away", "row", "width", "factor", "shifted")
    ):
        source = re.sub(rf"\b{name}\b", f"v{number}", source)
    # Python reads these letters as those of ASCII.
    source = re.sub(r"\.([a-z])", lambda found: f".{chr(ord(found[1]) + 0xFEE0)}", source)
    source = re.sub(r"#.*", "# nothing that anybody has said before", source)
    head, first, second = re.split(r"(?m)^(?=def )", source)
    return f'"""Mine."""\n{head}{second}\n\n{first}\n'


def test_a_disguised_copy_is_listed_first_and_nobody_else(tmp_path):
    accepted = {each.name: each.source for each in solutions.accepted("moments")}
    wrong = {each.name: each.source for each in solutions.mistakes("moments")}
    whole = {"ada": ODD, "bo": disguised(ODD), "cy": OTHER, **accepted, **wrong}
    (pair,) = pairs.modules("moments", whole)
    assert (pair.one, pair.other) == ("ada", "bo")
    assert pair.share > 0.9
    assert min(pair.lines[1]) > 1


@pytest.mark.parametrize("unit", coded_units())
def test_right_and_wrong_solutions_of_ours_accuse_nobody(unit):
    ours = {
        each.name: each.source for each in (*solutions.accepted(unit), *solutions.mistakes(unit))
    }
    assert pairs.modules(unit, ours) == []


def test_what_a_large_part_of_the_class_wrote_proves_nothing():
    class_of = {f"l{i}": ODD + f"\n\nX = {i}\n" for i in range(12)}
    class_of |= {f"m{i}": OTHER for i in range(20)}
    assert pairs.modules("moments", class_of) == []


def test_a_written_answer_is_compared_without_the_question():
    said = "because the sum of squares is divided by four and not by three the root shrinks it"
    asked = "With batches of 4, how far off is the output of their layer, and in which direction?"
    answers = {
        "ada": f"{asked}\n{said.capitalize()}.",
        "bo": f"> {asked}\n\n{said}!",
        "cy": f"{asked} I tried it with numbers and got 0.87.",
    }
    (pair,) = pairs.written("moments", answers)
    assert (pair.one, pair.other) == ("ada", "bo")
    assert 2 in pair.lines[0]
    assert 3 in pair.lines[1]
    assert pairs.written("moments", {"ada": asked * 3, "bo": asked * 3}) == []


def test_hostile_bytes_cost_linear_time():
    bad = ['"', "(", "x", "\\\n", "a.", "#", "'''", "0x", "\r", "\u202e", "f'{", "def "]
    times = []
    for size in (30_000, 120_000):
        texts = {f"{i}": each * size for i, each in enumerate(bad)}
        texts |= {f"{i}b": each * size for i, each in enumerate(bad)}
        begin = time.process_time()
        pairs.modules("moments", texts)
        times.append(time.process_time() - begin)
    assert times[1] < 12 * times[0] + 1
    assert len(of_module("a b " * 200_000).words) <= MAX_TOKENS


def test_the_page_has_the_evidence_and_no_markup_of_learners():
    hostile = "</pre><script>alert(1)</script>"
    source = ODD + f"# {hostile}\n"
    texts = {hostile: source, "bo": disguised(ODD)}
    found = pairs.modules("moments", texts)
    page = similarity_page(
        found, {("moments", "module", who): text for who, text in texts.items()},
        {"modules of moments": 2}, {"bo": hostile},
    )  # fmt: skip
    assert page.count("<mark>") > 20
    assert "<script" not in page
    assert "longdouble" in page
    shown = evidence("\n".join(map(str, range(400))), frozenset({10, 300}))
    assert [line.number for line in shown if line.shared] == [10, 300]
    assert len(evidence("x\n" * 5000, frozenset(range(5000)))) <= 161
    assert similarity_page([], {}, {}, {})
