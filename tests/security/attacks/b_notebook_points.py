"""Raises the points of its check cells to a thousand.

item: B tampered notebook metadata (points)
kind: notebook
harm: the learner sets the points of a task
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive_reader
"""


def spoil(notebook):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["points"] = 1_000
    return notebook


def naive_reader(targets):
    import json

    from tests.security.harness import nbgrader_points

    made = spoil(json.loads(next(targets.submission().glob("*.ipynb")).read_text()))
    return nbgrader_points(made) >= 1_000 and "nbgrader believes the cell"
