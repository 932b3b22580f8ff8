import flax.nnx as nnx
import jax.numpy as jnp

bn = nnx.BatchNorm(3, rngs=nnx.Rngs(0))  # axis=-1
print(bn(jnp.zeros((2, 8, 8, 3))).shape, bn.scale.shape[0])
