"""The default of eps is 1e-3, as in Keras.

loses: normalize
hint: Your result is right when eps is given and wrong when it is not. Here the default is 1e-5;
    other libraries have other defaults.
read: moments-eps
"""


def normalize(x, mean, var, eps=1e-3):
    return (x - mean) / np.sqrt(var + eps)
