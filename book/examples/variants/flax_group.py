import flax.nnx as nnx
import jax.numpy as jnp

x = jnp.arange(32.0).reshape(1, 4, 4, 2) / 1000
x = jnp.moveaxis(x, 1, -1)  # channels last
norm = nnx.GroupNorm(4, num_groups=2, epsilon=1e-5, rngs=nnx.Rngs(0))
print(f"{norm(x)[0, 0, 0, 0]:.2f}")
