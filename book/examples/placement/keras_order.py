import keras
from keras import layers

after = keras.Sequential(
    [layers.Dense(16, activation="relu"), layers.BatchNormalization()]
)
before = keras.Sequential(
    [
        layers.Dense(16, use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
    ]
)
for model in after, before:
    model.build((None, 8))
    print(
        model.count_params(), [type(each).__name__ for each in model.layers]
    )
