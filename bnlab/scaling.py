"""Two ways to put the features of a data set on one scale: min-max scaling and standardization.

Chapter: scaling.
The house rules of the chapter how_to hold: results have the dtype of the batch, sums of half
precision are taken in float32 or wider, arguments stay as they are, and N and D may be 1.
"""

from __future__ import annotations

import numpy as np


def min_max_scale(x: np.ndarray) -> np.ndarray:
    """Return x with each feature mapped onto [0, 1].

    Args:
        x: (N, D), floating.
            The range of each feature, its largest value minus its smallest, fits the dtype.

    Returns:
        (N, D), dtype of x; a constant feature, whose values are all equal, becomes 0.

    Source: lecun1998.

    >>> min_max_scale(np.array([[2.0, 7.0], [3.0, 7.0], [6.0, 7.0]]))
    array([[0.  , 0.  ],
           [0.25, 0.  ],
           [1.  , 0.  ]])
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def standardize(x: np.ndarray) -> np.ndarray:
    """Return x with each feature scaled to mean 0 and standard deviation 1.

    Args:
        x: (N, D), floating.

    Returns:
        (N, D), dtype of x; the deviation is divided by N (not N - 1);
        a constant feature, whose values are all equal, becomes 0.

    Source: lecun1998.

    >>> standardize(np.array([[2.0, 7.0], [6.0, 7.0]]))
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    # YOUR CODE HERE
    raise NotImplementedError()
