"""The two numbers of a mini-batch: the mean and the variance of each feature.

Chapter: moments.
The house rules of the chapter how_to hold: results have the dtype of the batch, sums of half
precision are taken in float32 or wider, arguments stay as they are, and N and D may be 1.
"""

from __future__ import annotations

import numpy as np


def batch_moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the variance of each feature of a mini-batch.

    Half precision is too narrow for squares, and for a sum over many rows:
    the statistics of a float16 batch are computed in float32 or wider and returned in float16.

    Args:
        x: (N, D), floating.

    Returns:
        mean: (D,), dtype of x.
        var: (D,), dtype of x, divided by N (not N - 1).

    Source: ioffe2015, Algorithm 1.

    >>> batch_moments(np.array([[0.0, 1.0], [2.0, 5.0]]))
    (array([1., 3.]), array([1., 4.]))
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def normalize(x: np.ndarray, mean: np.ndarray, var: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Return a batch minus its mean, divided by its standard deviation.

    Args:
        x: (N, D), floating.
        mean: (D,), dtype of x.
        var: (D,), dtype of x.
        eps: added to the variance, inside the root, in the dtype of var or a wider one.

    Returns:
        (N, D), dtype of x.

    Source: ioffe2015, Algorithm 1.

    >>> x = np.array([[0.0, 1.0], [2.0, 5.0]])
    >>> normalize(x, mean=np.array([1.0, 3.0]), var=np.array([1.0, 4.0]), eps=0.0)
    array([[-1., -1.],
           [ 1.,  1.]])
    """
    # YOUR CODE HERE
    raise NotImplementedError()
