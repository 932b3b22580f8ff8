"""All numbers of x are moved together.

loses: numerical_gradient
hint: You move all numbers of x at once, and get the slope along this one direction. Move each
    number alone.
read: backward-numerical
"""


def numerical_gradient(loss, x, step=1e-5):
    return np.full(x.shape, (loss(x + step) - loss(x - step)) / (2 * step))
