import flax.nnx as nnx
import jax.numpy as jnp

bn = nnx.BatchNorm(1, momentum=0.9, rngs=nnx.Rngs(0))
for mean in 4.0, 2.0:
    bn(jnp.array([[mean - 1], [mean + 1]]))
print(f"{bn.mean[0]:.2f} {bn.var[0]:.2f}")
