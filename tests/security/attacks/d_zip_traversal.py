"""Hands in zips with entries that lead out of their folder, by `..`, absolute paths and links.

item: D zip traversal
kind: files
harm: a file of the teacher's is overwritten
deserves: everything
says: refused
control: naive_reader
"""

import stat
import zipfile

from bngrader.course.collecting.collect import collect


def archive(targets, name):
    return zipfile.ZipFile(targets.drop.parent / "zips" / f"{name}.zip", "w")


def build(targets):
    targets.submission()
    (targets.drop.parent / "zips").mkdir()
    for number, name in enumerate(
        ("../../drop/owned", "/tmp/owned", "moments/../../../drop/owned", "moments\\..\\owned")
    ):
        with archive(targets, f"mallory_{number}") as made:
            made.writestr(name, "owned")
    with archive(targets, "mallory_link") as made:
        link = zipfile.ZipInfo("moments/bnlab/moments.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, str(targets.folder / "teacher.py"))


def also(targets, reports):
    lines = [
        str(each)
        for each in collect([targets.drop.parent / "zips"], targets.submitted / "mallory-collected")
    ]
    assert len(lines) == 5
    assert all("refused" in line for line in lines)
    (targets.submitted / "mallory-collected").rmdir()  # which is empty
    for path in (targets.drop.parent / "zips").iterdir():
        path.unlink()
    (targets.drop.parent / "zips").rmdir()
    return "\n".join(lines)


def naive_reader(targets):
    with zipfile.ZipFile(targets.folder / "a.zip", "w") as made:
        made.writestr("../drop/owned", "owned")
    with zipfile.ZipFile(targets.folder / "a.zip") as made:
        row = made.infolist()[0]
        (targets.submitted / row.filename).write_bytes(made.read(row))
    return (targets.drop / "owned").exists() and "a file lands outside its folder"
