"""The loss gets x without its shape.

loses: numerical_gradient
hint: Your loss gets a flat array, but it may use the axes of x. Give it an array of the shape of x.
read: backward-numerical
"""


def numerical_gradient(loss, x, step=1e-5):
    flat, gradient = x.ravel(), np.zeros(x.size)
    for index in range(x.size):
        up, down = flat.copy(), flat.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (loss(up) - loss(down)) / (2 * step)
    return gradient.reshape(x.shape)
