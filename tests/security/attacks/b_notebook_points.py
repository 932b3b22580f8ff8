"""Raises the points of its check cells to a thousand.

item: B tampered notebook metadata (points)
kind: notebook
harm: a task is worth what the learner says
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive
"""


def spoil(notebook):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["points"] = 1_000
    return notebook


def naive(place):
    import json

    from tests.security.harness import stock_points

    made = spoil(json.loads(next(place.submission().glob("*.ipynb")).read_text()))
    return stock_points(made) >= 1_000 and "the cell alone is believed"
