import keras
import numpy as np

x = np.arange(32.0, dtype="float32").reshape(1, 4, 4, 2) / 1000
default = keras.layers.GroupNormalization(2, axis=1)  # epsilon=1e-3
as_torch = keras.layers.GroupNormalization(2, axis=1, epsilon=1e-5)
for norm in default, as_torch:
    y = keras.ops.convert_to_numpy(norm(x))
    print(f"{y[0, 0, 0, 0]:.2f}")
