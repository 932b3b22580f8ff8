"""Hands in a notebook whose check cells already show full marks.

item: B tampered notebook metadata; A forged output messages
kind: notebook
harm: nbgrader takes the first result of a cell for its points, and a cell without one for full
    marks
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive_reader
"""


def spoil(notebook):
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": str(marks.get("points", 0))},
                    "execution_count": 1,
                    "metadata": {},
                }
            ]
    return notebook


def naive_reader(targets):
    import json

    from tests.security.harness import nbgrader_points

    made = spoil(json.loads(next(targets.submission().glob("*.ipynb")).read_text()))
    return nbgrader_points(made) >= 7 and "nbgrader gives full marks"
