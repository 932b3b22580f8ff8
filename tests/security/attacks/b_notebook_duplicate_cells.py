"""Copies its graded cells with their ids, and changes the flags of others.

item: B tampered notebook metadata (duplicate ids, flags)
kind: notebook
harm: nbgrader stops the whole class
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive_reader
"""

import copy


def spoil(notebook):
    graded = [each for each in notebook["cells"] if "nbgrader" in each["metadata"]]
    notebook["cells"] += copy.deepcopy(graded) * 3
    for cell in graded:
        marks = cell["metadata"]["nbgrader"]
        marks["solution"], marks["grade"], marks["locked"] = True, False, False
    return notebook


def naive_reader(targets):
    import json

    import nbformat
    from nbgrader.preprocessors import CheckCellMetadata

    made = spoil(json.loads(next(targets.submission().glob("*.ipynb")).read_text()))
    try:
        CheckCellMetadata().preprocess(nbformat.from_dict(made), {})
    except Exception as error:
        return f"nbgrader stops with {type(error).__name__}"
