"""Writes code and huge numbers into its quiz cells.

item: B tampered notebooks; A answers that are executed
kind: notebook
harm: a quiz answer is executed, or stops the reader
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive_reader
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


def naive_reader(targets):
    space = {}
    exec(ANSWERS[0].replace("touch INPUT", f"touch {targets.drop}/ran"), space)
    return targets.harm(None).get("changed")
