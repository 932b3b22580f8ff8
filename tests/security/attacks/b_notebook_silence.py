"""Tags its check cells to be skipped, so that they end in silence.

item: B tampered notebook metadata (tags)
kind: notebook
harm: nbgrader takes silence for full marks
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive
"""


def spoil(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]
    return notebook


def naive(place):
    import json

    from tests.security.harness import stock_points

    made = spoil(json.loads(next(place.submission().glob("*.ipynb")).read_text()))
    return stock_points(made) >= 7 and "stock nbgrader gives full marks"
