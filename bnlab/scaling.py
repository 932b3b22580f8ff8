"""Two ways to put the features of a data set on one scale: by range and by standard deviation.

Chapter: scaling.
"""

from __future__ import annotations

import numpy as np


def min_max_scale(x: np.ndarray) -> np.ndarray:
    """Return x with each feature mapped onto [0, 1].

    Args:
        x: (N, D), floating.

    Returns:
        (N, D), dtype of x; a constant feature becomes 0.

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
        a constant feature becomes 0.

    Source: lecun1998.

    >>> standardize(np.array([[2.0, 7.0], [6.0, 7.0]]))
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    # YOUR CODE HERE
    raise NotImplementedError()
