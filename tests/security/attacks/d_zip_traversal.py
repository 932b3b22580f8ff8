"""Hands in a zip whose entries lead out of their folder, by dots, by roots, by links.

item: D zip traversal
kind: files
harm: a file of the teacher's is overwritten
deserves: everything
says: refused
control: naive
"""

import stat
import zipfile

from bngrader.course.collect import collect


def archive(place, name):
    return zipfile.ZipFile(place.drop.parent / "zips" / f"{name}.zip", "w")


def build(place):
    place.submission()
    (place.drop.parent / "zips").mkdir()
    for number, name in enumerate(
        ("../../drop/owned", "/tmp/owned", "moments/../../../drop/owned", "moments\\..\\owned")
    ):
        with archive(place, f"mallory_{number}") as made:
            made.writestr(name, "owned")
    with archive(place, "mallory_link") as made:
        link = zipfile.ZipInfo("moments/bnlab/moments.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, str(place.folder / "teacher.py"))


def also(place, reports):
    lines = [
        str(each)
        for each in collect([place.drop.parent / "zips"], place.submitted / "mallory-collected")
    ]
    assert len(lines) == 5
    assert all("refused" in line for line in lines)
    assert not (place.submitted / "mallory-collected").exists()
    for path in (place.drop.parent / "zips").iterdir():
        path.unlink()
    (place.drop.parent / "zips").rmdir()
    return "\n".join(lines)


def naive(place):
    with zipfile.ZipFile(place.folder / "a.zip", "w") as made:
        made.writestr("../drop/owned", "owned")
    with zipfile.ZipFile(place.folder / "a.zip") as made:
        row = made.infolist()[0]
        (place.submitted / row.filename).write_bytes(made.read(row))
    return (place.drop / "owned").exists() and "a file lands outside its folder"
