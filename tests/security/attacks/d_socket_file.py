"""Hands in a socket, a folder and nothing in the places of its files.

item: D devices in a submission
kind: files
harm: a reader that expects a file stops the class
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive
"""

import contextlib
import os
import socket


def build(place):
    folder = place.submission()
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


def naive(place):
    build(place)
    with contextlib.suppress(UnicodeDecodeError):
        try:
            (place.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_text()
        except OSError as error:
            return f"an ordinary reader stops with {type(error).__name__}"
