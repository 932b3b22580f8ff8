import numpy as np
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(0)
age = rng.normal(4, 2, size=10_000)
# older cars have run further
distance = 10_000 * (age + rng.normal(size=10_000))
z = StandardScaler().fit_transform(np.stack([age, distance], axis=1))

print("standard deviations", z.std(axis=0).round(2))
print("correlation", np.corrcoef(z.T)[0, 1].round(2))
print("condition number", np.linalg.cond(z.T @ z).round())
