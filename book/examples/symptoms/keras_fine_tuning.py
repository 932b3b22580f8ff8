# %% setup
import keras
import numpy as np

base = keras.Sequential([keras.layers.BatchNormalization(momentum=0.9)])
x = np.array([[1.0], [3.0]], "float32")
base(x)


def moving_mean():
    return round(float(base.layers[0].moving_mean[0]), 2)


seen = []


# %% check
for trainable in False, True:
    base.trainable = trainable
    base(x, training=True)
    seen.append(moving_mean())
    print(f"trainable={trainable}: moving mean {seen[-1]}")
# %% fix
base.trainable = True  # the weights learn
base(x, training=False)  # the statistics stay
# %% test
assert seen == [0.0, 0.2]
assert moving_mean() == 0.2
