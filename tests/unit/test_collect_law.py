"""The law of collecting: every file has a line, and no two ids are in one folder."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bngrader.course.collecting.collect import Options, collect
from tests.helpers.downloads import MODULE, NOTEBOOK, laid_out, owners, tree, zipped

NAMES = st.one_of(
    st.sampled_from(["ada", "Ada", "ada_1", "ada_2", "bo", "=1", "moments", "José", "José", "x y"]),
    st.text("ab_-1 .é", min_size=1, max_size=8).map(str.strip).filter(lambda s: s.strip("./ ")),
)
IDS = st.integers(1, 4)
SHAPES = st.one_of(
    NAMES.map(lambda name: f"{name}.zip"),
    st.builds("{}_{}_moments.zip".format, NAMES, IDS),
    st.builds("{}_{}_assignsubmission_file_/moments.zip".format, NAMES, IDS),
    st.builds("{}_{}_assignsubmission_file_x_{}_2_y.zip".format, NAMES, IDS, IDS),
    st.builds("{}_LATE_{}_{}_moments.zip".format, NAMES, IDS, IDS),
    st.builds("{}_{}_{}_02_moments.ipynb".format, NAMES, IDS, IDS),
    st.builds("hw_{}_attempt_2026-11-20-13-22-1{}_moments.zip".format, NAMES, IDS),
    st.builds("{}-7 - {} - Nov 2{}, 2026 122 PM/moments.zip".format, IDS, NAMES, IDS),
    st.builds("{}/bnlab/moments.py".format, NAMES),
    st.builds("{}/plot.png".format, NAMES),
    st.builds("submission_{}/moments.py".format, IDS),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(names=st.lists(SHAPES, min_size=1, max_size=8, unique=True))
def test_every_file_has_a_line_and_no_two_ids_are_in_one_folder(tmp_path_factory, names):
    root = tmp_path_factory.mktemp("law")
    for number, name in enumerate(names):
        content = {".zip": zipped(str(number)), ".py": MODULE + f"# {number}\n".encode()}
        try:
            laid_out(root / "in", {name: content.get(name[name.rfind(".") :], NOTEBOOK)})
        except OSError:  # a file is where another name needs a folder
            continue
    lines = collect([root / "in"], root / "into", Options(unmatched=root / "unmatched.csv"))
    on_disk = [path for path in (root / "in").rglob("*") if path.is_file()]
    named = [path for line in lines for path in line.paths]
    assert sorted(named) == sorted(path.relative_to(root).as_posix() for path in on_disk)
    assert len({line.file for line in lines}) == len(lines)
    taken = [line for line in lines if line.kind in ("taken", "present")]
    assert all(line.learners for line in taken)
    for about in (root / "into").glob("*/.attempts/learner.json"):
        for platform, ids in json.loads(about.read_text())["ids"].items():
            assert len(ids) == 1, (platform, ids, names)
    again = collect([root / "in"], root / "into", Options(unmatched=root / "unmatched.csv"))
    assert [line.kind.replace("taken", "present") for line in lines] == [e.kind for e in again]
    assert owners(root / "into").keys() == {
        f"{learner}/moments" for line in taken for learner in line.learners
        if (root / "into" / learner / "moments" / "bnlab" / "moments.py").exists()
    }  # fmt: skip
    assert tree(root / "into") == tree(root / "into")
