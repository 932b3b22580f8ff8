"""Hands in zips with a highly compressed entry and with tens of thousands of entries.

item: D zip bombs
kind: files
harm: disk and memory fill
deserves: everything
says: refused
control: naive_reader
"""

import zipfile

from bngrader.course.collecting.collect import collect


def build(targets):
    targets.submission()
    folder = targets.submitted.parent / "zips"
    folder.mkdir()
    with zipfile.ZipFile(folder / "mallory_1.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("moments/bnlab/moments.py", b"#" * 2**27)
    with zipfile.ZipFile(folder / "mallory_2.zip", "w") as made:
        for number in range(30_000):
            made.writestr(f"moments/{number}", b"")


def also(targets, reports):
    folder = targets.submitted.parent / "zips"
    lines = [str(each) for each in collect([folder], targets.submitted / "mallory-collected")]
    assert len(lines) == 2
    assert all("refused" in line for line in lines)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    return "\n".join(lines)


def naive_reader(targets):
    build(targets)
    path = targets.submitted.parent / "zips" / "mallory_1.zip"
    with zipfile.ZipFile(path) as made:
        size = made.infolist()[0].file_size
    return size > 500 * path.stat().st_size and f"{path.stat().st_size} bytes become {size}"
