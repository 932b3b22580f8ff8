"""Uses a classmate's name with another case, other accents or a space.

item: D case and unicode collisions
kind: files
harm: one learner's mark is written over another's
deserves: everything
says: 5 learners, 5 rows
control: naive_reader
"""

import json
import unicodedata

NAMES = ("mallory", "Mallory", "mallory ", "m\u00e1llory", "ma\u0301llory")


def build(targets):
    for name in NAMES:
        targets.submission(learner=name)
    (targets.submitted / "Mallory" / "moments" / "bnlab" / "moments.py").write_text("")


def also(targets, reports):
    rows = json.loads(json.dumps({name: report.points for name, report in reports}))
    assert rows["Mallory"] == 0
    assert rows["mallory"] > 0
    return f"{len(reports)} learners, {len(rows)} rows"


def naive_reader(targets):
    folded = {unicodedata.normalize("NFC", name).casefold().strip() for name in NAMES}
    return len(folded) < len(NAMES) and "a file system that folds names makes them one"
