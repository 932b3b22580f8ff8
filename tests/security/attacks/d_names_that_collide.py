"""Calls itself like a classmate, but for case, accents in another form, or a space.

item: D case and unicode collisions
kind: files
harm: one learner's mark is written over another's
deserves: everything
says: 5 learners, 5 rows
control: naive
"""

import json
import unicodedata

NAMES = ("mallory", "Mallory", "mallory ", "m\u00e1llory", "ma\u0301llory")


def build(place):
    for name in NAMES:
        place.submission(learner=name)
    (place.submitted / "Mallory" / "moments" / "bnlab" / "moments.py").write_text("")


def also(place, reports):
    rows = json.loads(json.dumps({name: report.points for name, report in reports}))
    assert rows["Mallory"] == 0
    assert rows["mallory"] > 0
    return f"{len(reports)} learners, {len(rows)} rows"


def naive(place):
    folded = {unicodedata.normalize("NFC", name).casefold().strip() for name in NAMES}
    return len(folded) < len(NAMES) and "on a disk that folds names they are one"
