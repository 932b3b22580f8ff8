"""The way of a submission from the learner's command to the folder that is graded."""

from bngrader.course.collecting.collect import collect
from bngrader.course.submissions import find
from tests.helpers.learner import bnlab, unpack

MODULE = b"def batch_moments(x):\n    return x.mean(0), x.var(0)\n"


def test_find_finds_what_submit_has_written_and_collect_has_taken(tmp_path):
    learner, inbox, submitted = unpack(tmp_path / "learner"), tmp_path / "inbox", tmp_path / "into"
    (learner / "bnlab" / "moments.py").write_bytes(MODULE)
    assert bnlab(learner, "submit", "moments").returncode == 0
    (made,) = (learner / "submissions").iterdir()
    inbox.mkdir()
    made.rename(inbox / f"ada_81_{made.name}")
    lines = [str(line) for line in collect([inbox], submitted)]
    name = f"inbox/ada_81_{made.name}"
    assert lines == [f"{name}: ada/moments taken (the learner's clock, in the receipt)"]
    (found,), notes = find(submitted)
    assert (found.learner, found.unit, notes) == ("ada", "moments", [])
    assert found.source() == (MODULE.decode(), "")
    assert found.notebook()[1] == ""
