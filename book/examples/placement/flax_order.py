import flax.nnx as nnx

rngs = nnx.Rngs(0)
before = nnx.Sequential(
    nnx.Linear(8, 16, use_bias=False, rngs=rngs),
    nnx.BatchNorm(16, rngs=rngs),
    nnx.relu,
)
print(
    [
        getattr(each, "__name__", type(each).__name__)
        for each in before.layers
    ]
)
