"""The flat array that is moved is a copy where the memory order is not that of C.

loses: numerical_gradient
hint: Your reshape(-1) copies an array whose memory is in another order than C, so the loss never
    sees the step and the gradient is 0. Move a number by its index.
read: backward-numerical
"""


def numerical_gradient(loss, x, step=1e-5):
    moved = np.array(x)
    flat, gradient = moved.reshape(-1), np.zeros(x.size)
    for index, value in enumerate(flat.copy()):
        flat[index] = value + step
        up = loss(moved)
        flat[index] = value - step
        gradient[index] = (up - loss(moved)) / (2 * step)
        flat[index] = value
    return gradient.reshape(x.shape)
