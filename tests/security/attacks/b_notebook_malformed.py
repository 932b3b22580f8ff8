"""Hands in deeply nested JSON instead of a notebook.

item: B malformed notebooks
kind: notebook
harm: one notebook that cannot be read stops the grading of the class
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive_reader
"""

DEEP = 50_000


def spoil(notebook):
    return b'{"cells": ' + b"[" * DEEP + b"]" * DEEP + b"}"


def naive_reader(targets):
    import json

    try:
        json.loads(spoil(None))
    except RecursionError:
        return "an ordinary parser stops with RecursionError"
