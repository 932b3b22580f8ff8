import keras

last = keras.layers.BatchNormalization()  # axis=-1
last.build((2, 8, 8, 3))
first = keras.layers.BatchNormalization(axis=1)
first.build((2, 3, 8, 8))
slip = keras.layers.BatchNormalization()
slip.build((2, 3, 8, 8))  # channels first, and no axis given
print(last.gamma.shape[0], first.gamma.shape[0], slip.gamma.shape[0])
