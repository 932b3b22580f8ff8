"""Hands in a pipe: whoever opens it waits for ever.

item: D FIFOs in a submission
kind: files
harm: the class waits
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive
"""

import os
import threading


def build(place):
    folder = place.submission()
    for path in (folder / "bnlab" / "moments.py", *folder.glob("*.ipynb")):
        path.unlink()
        os.mkfifo(path)


def naive(place):
    build(place)
    path = place.submitted / "mallory" / "moments" / "bnlab" / "moments.py"
    reader = threading.Thread(target=path.read_text, daemon=True)
    reader.start()
    reader.join(0.3)
    waits = reader.is_alive()
    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    return waits and "an ordinary reader waits"
