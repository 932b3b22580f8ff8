"""Leaves state for the next submission: files, modules, variables, changed functions.

item: D state left for others
harm: one learner's process sees or changes another's
deserves: everything
control: by_design: the next submission runs in another process, forked from one that never runs
    code of learners
"""

import os
import sys

FOUND = [
    getattr(np, "left_by_mallory", None),
    os.environ.get("LEFT_BY_MALLORY"),
    sys.modules.get("left_by_mallory"),
    os.path.exists("left_by_mallory") or os.path.exists("/tmp/left_by_mallory") or None,
]
os.environ["LEFT_BY_MALLORY"] = "here"
sys.modules["left_by_mallory"] = np.left_by_mallory = sys
for place in ("left_by_mallory", "/tmp/left_by_mallory"):
    try:
        with open(place, "w") as file:
            file.write("here")
    except OSError:
        pass


def attempt():
    return [each for each in FOUND if each is not None]
