import flax.nnx as nnx
import jax.numpy as jnp

bn = nnx.BatchNorm(1, momentum=0.9, rngs=nnx.Rngs(0))
bn.eval()  # weight and bias: leave them out of the optimizer's filter
bn(jnp.array([[1.0], [3.0]]))
print(f"mean {bn.mean[0]:.2f}")
