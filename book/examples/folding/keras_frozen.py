import keras
import numpy as np

bn = keras.layers.BatchNormalization(momentum=0.9)
bn.trainable = False  # freezes the statistics as well
bn(np.array([[1.0], [3.0]], "float32"), training=True)
print(f"moving mean {float(bn.moving_mean[0]):.2f}")
