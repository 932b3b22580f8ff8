"""Writes code, huge numbers and other people's answers into its quiz cells.

item: B tampered notebooks; A answers that are executed
kind: notebook
harm: a quiz answer is run, or stalls whoever reads it
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive
"""

ANSWERS = (
    "grams = __import__('os').system('touch INPUT')",
    "one_row = 9**9**9",
)


def spoil(notebook):
    quiz = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("quiz-")
    ]
    for cell, answer in zip(quiz, ANSWERS, strict=False):
        cell["source"] = answer
    return notebook


def naive(place):
    space = {}
    exec(ANSWERS[0].replace("touch INPUT", f"touch {place.drop}/ran"), space)
    return place.harm(None).get("changed")
