"""Only the first axis is gone through.

loses: numerical_gradient
hint: You go through the rows of x and move each row as a whole. np.ndindex(x.shape) gives the
    index of each number, for any number of axes.
read: backward-numerical
"""


def numerical_gradient(loss, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in range(len(x)):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (loss(up) - loss(down)) / (2 * step)
    return gradient
