import warnings

import numpy as np

# NumPy warns of an overflow; a training log hides it
warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
x = rng.normal(300, 1, size=(256, 1)).astype(np.float16)

print("float16:", x.var(axis=0))
print(
    "float32 inside, float16 outside:",
    x.var(axis=0, dtype=np.float32).astype(np.float16).round(1),
)
