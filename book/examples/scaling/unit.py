import numpy as np

rng = np.random.default_rng(0)
meters = rng.normal(size=(1000, 2))
millimeters = meters * [1, 1000]  # the second column in another unit

for x in meters, millimeters:
    low, high = np.linalg.eigvalsh(x.T @ x / len(x))
    print(f"largest rate {2 / high:.0e}, condition {high / low:.0e}")
