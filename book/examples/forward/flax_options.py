import flax.nnx as nnx
import jax.numpy as jnp

x = jnp.arange(12.0).reshape(4, 3) / 1000
default = nnx.BatchNorm(3, rngs=nnx.Rngs(0))  # epsilon=1e-5
as_torch = nnx.BatchNorm(3, momentum=0.9, rngs=nnx.Rngs(0))
for bn in default, as_torch:
    print(f"{bn(x)[0, 0]:.3f}")
