"""The step is coarse where it is not given.

loses: numerical_gradient
hint: Where no step is given, your step is not 1e-5.
read: backward-numerical
"""


def numerical_gradient(loss, x, step=1e-2):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (loss(up) - loss(down)) / (2 * step)
    return gradient
