"""Hands in a socket and a folder instead of files.

item: D devices in a submission
kind: files
harm: a reader that expects a file stops the grading of the class
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive_reader
"""

import contextlib
import os
import socket


def build(targets):
    folder = targets.submission()
    notebook = next(folder.glob("*.ipynb"))
    notebook.unlink()
    notebook.mkdir()
    (folder / "bnlab" / "moments.py").unlink()
    here = os.getcwd()
    os.chdir(folder / "bnlab")  # the path of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("moments.py")
    finally:
        os.chdir(here)


def naive_reader(targets):
    build(targets)
    with contextlib.suppress(UnicodeDecodeError):
        try:
            (targets.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_text()
        except OSError as error:
            return f"an ordinary reader stops with {type(error).__name__}"
