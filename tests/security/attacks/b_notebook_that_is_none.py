"""Hands in JSON that is no notebook: nested to the limit of every parser.

item: B malformed notebooks
kind: notebook
harm: one notebook that cannot be read stops the class
deserves: nothing
says: batch_moments: 0 of 4 points
control: naive
"""

DEEP = 50_000


def spoil(notebook):
    return b'{"cells": ' + b"[" * DEEP + b"]" * DEEP + b"}"


def naive(place):
    import json

    try:
        json.loads(spoil(None))
    except RecursionError:
        return "an ordinary parser stops with RecursionError"
