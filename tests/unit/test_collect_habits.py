"""Downloads as browsers, unpackers and people make them: who is in them, and what is said."""

from __future__ import annotations

import io
import tarfile

import pytest

from tests.helpers.downloads import (
    MODULE,
    NOTEBOOK,
    assert_the_law,
    loose,
    packed,
    unflagged,
    zipped,
)


def tarred(of: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name, content in loose(of, "moments/").items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def locked(of: str) -> bytes:
    """A zip with the mark of encryption in both of its tables."""
    data = bytearray(zipped(of))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(signature, start + 1)
    return bytes(data)


M = "_assignsubmission_file_"

# name: (files of the download, the marks that count at the end, files from which nothing came)
LAYOUTS: dict[str, tuple[dict[str, bytes], list[str], int]] = {
    "windows-copies": (
        {"ada (1).zip": zipped("new", time="2026-11-20T10:00:00Z"),
         "ada.zip": zipped("old", time="2026-11-19T10:00:00Z"),
         "bo - Copy.zip": zipped("b")},
        ["new", "b"], 0,
    ),
    "names-with-everything": (
        {"o'brien.zip": zipped("o"), "anne-marie.zip": zipped("am"),
         "anne marie.zip": zipped("a m"), "müller.zip": zipped("m"),
         "de_la_cruz.zip": zipped("d"), "de_la_rosa.zip": zipped("r")},
        ["a m", "am", "d", "m", "o", "r"], 0,
    ),
    "macos-twice-unpacked": (
        {
            "bulk 2/bulk/ada/moments/moments/bnlab/moments.py": MODULE + b"# a\n",
            "bulk 2/bulk/ada/moments/moments/02_moments.ipynb": NOTEBOOK,
            "bulk 2/bulk/bo/moments/bnlab/moments.py": MODULE + b"# b\n",
            "bulk 2/bulk/bo/moments/02_moments.ipynb": NOTEBOOK,
        },
        ["a", "b"], 0,
    ),
    "sections-of-a-class": (
        {
            "section 1/ada/moments.zip": zipped("a"),
            "section 1/bo/moments.zip": zipped("b"),
            "morning/cy/moments.zip": zipped("c"),
            "morning/di/moments.zip": zipped("d"),
        },
        ["a", "b"], 2,
    ),
    "a-class-packed-in-folders": (
        {
            "everyone.zip": packed({"ada/moments.zip": zipped("a"), "bo/moments.zip": zipped("b")}),
            "people.zip": packed({
                f"{who}/{name}": text
                for who in ("ada", "bo") for name, text in loose(who, "moments/").items()
            }),
        },
        [], 2,
    ),
    "archives-of-other-kinds": (
        {f"A_1{M}/moments.tar.gz": tarred("t"), f"B_2{M}/moments.tgz": tarred("g"),
         f"C_3{M}/moments.7z": b"7z\xbc\xaf\x27\x1c", f"D_4{M}/moments.rar": b"Rar!\x1a\x07"},
        ["g", "t"], 2,
    ),
    "a-whole-class-twice": (
        {
            "moodle-1.zip": packed({f"Ada_1{M}/moments.zip": zipped("a"),
                                    f"Bo_2{M}/moments.zip": zipped("b")}),
            "moodle-1 (1).zip": packed({f"Ada_1{M}/moments.zip": zipped("a"),
                                        f"Bo_2{M}/moments.zip": zipped("b")}),
        },
        ["a", "b"], 0,
    ),
    "a-class-zip-in-a-class-zip": (
        {"all.zip": packed({"week 3/moodle.zip": packed({f"Ada_1{M}/moments.zip": zipped("a"),
                                                        f"Bo_2{M}/moments.zip": zipped("b")})})},
        ["a", "b"], 0,
    ),
    "resubmission-suffixes": (
        {"ada_moments.zip": zipped("1", time="2026-11-19T10:00:00Z"),
         "ada_moments_resubmission-1.zip": zipped("2", time="2026-11-20T10:00:00Z"),
         "ada_moments_resubmission-2.zip": zipped("3", time="2026-11-21T10:00:00Z")},
        ["3"], 0,
    ),
    "half-downloaded": (
        {f"A_1{M}/moments.zip": zipped("a"), f"B_2{M}/moments.zip.crdownload": zipped("b")[:90],
         f"C_3{M}/moments.zip.part": b"", f"D_4{M}/moments.zip": zipped("d")[:-40]},
        ["a"], 3,
    ),
    "other-documents": (
        {f"A_1{M}/moments.zip": zipped("a"), f"B_2{M}/answer.docx": packed({"word/d.xml": b"x"}),
         f"C_3{M}/scan.pdf": b"%PDF-1.7", f"D_4{M}/Neuer Ordner.lnk": b"L\0\0\0"},
        ["a"], 3,
    ),
    "names-without-an-encoding": (
        {
            "Jörg.zip": unflagged({"jörg/moments.zip": zipped("j")}, "utf-8"),
            "mac.zip": unflagged({"müller.zip": zipped("m"), "josé.zip": zipped("j")}, "utf-8"),
        },
        ["j"], 1,
    ),
    "a-class-of-names-without-an-encoding": (
        {
            "moodle.zip": unflagged({f"Jörg Müller_1{M}/moments.zip": zipped("1")}, "utf-8"),
            "windows.zip": unflagged({f"Jörg Müller_2{M}/moments.zip": zipped("2")}, "cp850"),
        },
        ["1", "2"], 0,
    ),
    "numbers-that-are-people": (
        {f"kurs_{number:02}.zip": zipped(str(number)) for number in (1, 2, 3)},
        ["1", "2", "3"], 0,
    ),
    "long-numbers-that-are-people": (
        {f"bn26_{number}.zip": zipped(str(number)) for number in (1021, 1022)},
        ["1021", "1022"], 0,
    ),
    "a-class-of-one-name-with-numbers": (
        {f"kurs_{number}.zip": zipped(str(number)) for number in range(1, 9)}, [], 8,
    ),
    "attachments-of-one-name-from-mails": (
        {f"bn{f' ({number})' if number else ''}.zip": zipped(str(number)) for number in range(8)},
        [], 8,
    ),
    "teams-versions": (
        {
            "Submitted files/Ada Lovelace/Moments/Version 1/m.zip":
                zipped("1", time="2026-11-19T10:00:00Z"),
            "Submitted files/Ada Lovelace/Moments/Version 2/m.zip":
                zipped("2", time="2026-11-20T10:00:00Z"),
            "Submitted files/Bo Li/Moments/Version 1/m.zip": zipped("b"),
        },
        ["2", "b"], 0,
    ),
    "sakai": (
        {
            "Assignment 1/grades.csv": b"a,b",
            "Assignment 1/Lovelace, Ada(ada)/timestamp.txt": b"20261120100000000",
            "Assignment 1/Lovelace, Ada(ada)/Submission attachment(s)/moments.zip": zipped("a"),
            "Assignment 1/Li, Bo(bo)/Submission attachment(s)/moments.zip": zipped("b"),
            "Assignment 1/Li, Bo(bo)/Feedback Attachment(s)/x.txt": b"",
        },
        ["a", "b"], 0,
    ),
    "ilias": (
        {
            "Abgaben/Lovelace_Ada_ada_301/20261120_moments.zip": zipped("a"),
            "Abgaben/Lovelace_Ada_ada2_302/20261120_moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    "google-forms": (
        {"moments - Ada Lovelace.zip": zipped("a"), "moments - Bo Li.zip": zipped("b")}, [], 2,
    ),
    "placeholders-and-shortcuts": (
        {".moments.zip.icloud": b"bplist00", "moments.url": b"[InternetShortcut]",
         "ada.zip": zipped("a"), "bo": zipped("b"), "cy.py.txt": MODULE},
        ["a"], 4,
    ),
    "an-encrypted-zip-among-others": (
        {f"Ada_1{M}/moments.zip": locked("a"), f"Bo_2{M}/moments.zip": zipped("b")}, ["b"], 1,
    ),
    "the-same-group-work-from-each": (
        {"adalovelace_11_901_moments.zip": zipped("g"), "boli_12_902_moments.zip": zipped("g")},
        ["g", "g"], 0,
    ),
    "two-downloads-side-by-side": (
        {
            "moments/lovelaceada_11_901_moments.zip": zipped("a"),
            "forward/lovelaceada_11_950_forward.zip":
                zipped("f", unit="forward", slug="03_forward"),
        },
        ["a", "f"], 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_what_people_make_of_a_download_is_taken_with_nobody_merged_and_nothing_passed_over(
    tmp_path, name
):
    assert_the_law(tmp_path, *LAYOUTS[name])
