"""Tags its check cells to be skipped, so that they have no output.

item: B tampered notebook metadata (tags)
kind: notebook
harm: nbgrader gives full marks to a cell without output
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive_reader
"""


def spoil(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]
    return notebook


def naive_reader(targets):
    import json

    from tests.security.harness import nbgrader_points

    made = spoil(json.loads(next(targets.submission().glob("*.ipynb")).read_text()))
    return nbgrader_points(made) >= 7 and "nbgrader gives full marks"
