# %% setup
import keras
import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(0)
layer = keras.layers.BatchNormalization()
x = (0.01 * rng.normal(size=(64, 3))).astype("float32")
layer.build(x.shape)
names = ("gamma", "beta", "moving_mean", "moving_variance")
layer.set_weights([np.ones(3), np.zeros(3), x.mean(0), x.var(0)])
expected = torch.tensor(keras.ops.convert_to_numpy(layer(x)))
state = dict(
    zip(
        ("weight", "bias", "running_mean", "running_var"),
        map(torch.tensor, layer.get_weights()),
        strict=True,
    )
)
x = torch.tensor(x)


def ported(**options):
    bn = nn.BatchNorm1d(3, **options)
    bn.load_state_dict(state)
    return bn.eval()


before = ported()(x)
# %% check
bn = ported()  # the four arrays in a layer with torch's defaults
print(f"deviation: Keras {expected.std():.1f}, torch {bn(x).std():.1f}")
# %% fix
bn = ported(eps=1e-3, momentum=0.01)  # Keras's epsilon; 1 - 0.99
print(f"deviation: Keras {expected.std():.1f}, torch {bn(x).std():.1f}")
# %% test
assert not torch.allclose(before, expected, rtol=0.5)
assert torch.allclose(bn(x), expected, atol=1e-5)
