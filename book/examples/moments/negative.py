import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(3000, 1, size=(1024, 100)).astype(np.float32)

short = np.square(x).mean(axis=0) - np.square(x.mean(axis=0))
print("all variances are 1; the short formula gave")
print("  whole numbers only:", np.all(short == short.round()))
print("  negative ones:     ", np.any(short < 0))
