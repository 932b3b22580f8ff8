import keras
import numpy as np

bn = keras.layers.BatchNormalization(momentum=0.9)
for mean in 4.0, 2.0:
    bn(np.array([[mean - 1], [mean + 1]], "float32"), training=True)
print(f"{float(bn.moving_mean[0]):.2f} {float(bn.moving_variance[0]):.2f}")
