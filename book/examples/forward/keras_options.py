import keras
import numpy as np

x = np.arange(12.0, dtype="float32").reshape(4, 3) / 1000
default = keras.layers.BatchNormalization()
as_torch = keras.layers.BatchNormalization(epsilon=1e-5, momentum=0.9)
for bn in default, as_torch:
    y = keras.ops.convert_to_numpy(bn(x, training=True))
    print(f"{y[0, 0]:.3f}")
