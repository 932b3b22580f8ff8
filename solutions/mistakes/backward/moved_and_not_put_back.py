"""Each number of x is moved, and stays moved.

loses: numerical_gradient
hint: Your x is another one after the call, and while you move a number, those before it are still
    moved. Move a copy, or put each number back.
read: backward-numerical
"""


def numerical_gradient(loss, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += step
        up = loss(x)
        x[index] -= 2 * step
        gradient[index] = (up - loss(x)) / (2 * step)
    return gradient
