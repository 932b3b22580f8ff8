"""The central difference is divided by one step.

loses: numerical_gradient
hint: Your gradient is twice as large as it should be: between one step down and one step up lie
    two steps.
read: backward-numerical
"""


def numerical_gradient(loss, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (loss(up) - loss(down)) / step
    return gradient
