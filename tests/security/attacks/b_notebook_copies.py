"""Copies its graded cells, with their ids, and gives others ids of the teacher's.

item: B tampered notebook metadata (duplicate ids, flags)
kind: notebook
harm: stock nbgrader stops the whole class
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive
"""

import copy


def spoil(notebook):
    graded = [each for each in notebook["cells"] if "nbgrader" in each["metadata"]]
    notebook["cells"] += copy.deepcopy(graded) * 3
    for cell in graded:
        marks = cell["metadata"]["nbgrader"]
        marks["solution"], marks["grade"], marks["locked"] = True, False, False
    return notebook


def naive(place):
    import json

    import nbformat
    from nbgrader.preprocessors import CheckCellMetadata

    made = spoil(json.loads(next(place.submission().glob("*.ipynb")).read_text()))
    try:
        CheckCellMetadata().preprocess(nbformat.from_dict(made), {})
    except Exception as error:
        return f"stock nbgrader stops with {type(error).__name__}"
