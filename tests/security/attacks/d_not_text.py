"""Hands in bytes that are not UTF-8 text: UTF-16, NUL, another encoding in a comment.

item: D unreadable files
kind: files
harm: one unreadable file stops the grading of the class
deserves: nothing
says: bnlab/moments.py is not UTF-8 text.
control: naive_reader
"""


def build(targets):
    folder = targets.submission()
    (folder / "bnlab" / "moments.py").write_bytes(
        "# -*- coding: utf-7 -*-\nx = 'ü'".encode("utf-16")
    )
    next(folder.glob("*.ipynb")).write_bytes(b"\xff\xfe\x00{}")


def naive_reader(targets):
    build(targets)
    try:
        (targets.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_text("utf-8")
    except UnicodeDecodeError as error:
        return f"an ordinary reader stops with {type(error).__name__}"
