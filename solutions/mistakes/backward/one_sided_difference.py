"""The slope is taken from x upwards only.

loses: numerical_gradient
hint: Your difference starts at x. The loss one step up, less the loss one step down, divided by
    both steps, is far more exact: its error falls with the square of the step.
read: backward-numerical
"""


def numerical_gradient(loss, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up = x.copy()
        up[index] += step
        gradient[index] = (loss(up) - loss(x)) / step
    return gradient
