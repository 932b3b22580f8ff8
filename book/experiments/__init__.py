"""Experiments behind the numbers of the book.

An experiment is a module named `<unit>_<claim>` in this folder.
Its docstring asks the question, `run(quick)` returns the results,
`SEEDS` (a range) says which seeds it averages over.
`python -m book.experiments` runs experiments and writes `results/<name>.json`,
from which the chapters read their numbers.
What several experiments use is in `_shared`.
"""
