"""Hands in a named pipe, which blocks every program that opens it.

item: D FIFOs in a submission
kind: files
harm: the grading stops
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive_reader
"""

import os
import threading


def build(targets):
    folder = targets.submission()
    for path in (folder / "bnlab" / "moments.py", *folder.glob("*.ipynb")):
        path.unlink()
        os.mkfifo(path)


def naive_reader(targets):
    build(targets)
    path = targets.submitted / "mallory" / "moments" / "bnlab" / "moments.py"
    reader = threading.Thread(target=path.read_text, daemon=True)
    reader.start()
    reader.join(0.3)
    waits = reader.is_alive()
    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    return waits and "an ordinary reader waits"
