"""Draws of images that a seed decides: to train on, to validate with and to judge by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bnlab.kit.nets.data import Dataset

VALIDATION = 2000
JUDGED = 2000


def drawn(images: Dataset, seed: int, rows: int, validate: bool) -> Dataset:
    """A draw of training images, beside a draw of test images or the validation images.

    The validation images are the last of the training set, at most a quarter of it, and are never
    trained on.

    Args:
        images: all of them.
        seed: of both draws.
        rows: training images.
        validate: judge by the validation images.
    """
    pool = len(images.train_x) - min(VALIDATION, len(images.train_x) // 4)
    draw = np.random.default_rng(seed)
    trained = draw.permutation(pool)[:rows]
    judged = draw.permutation(len(images.test_x))[:JUDGED]
    x, y = images.test_x[judged], images.test_y[judged]
    if validate:
        x, y = images.train_x[pool:], images.train_y[pool:]
    return replace(
        images, train_x=images.train_x[trained], train_y=images.train_y[trained], test_x=x, test_y=y
    )


def without_test(images: Dataset) -> Dataset:
    """The same with one test image, for a training that is judged once, at the end."""
    return replace(images, test_x=images.test_x[:1], test_y=images.test_y[:1])
