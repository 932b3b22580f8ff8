import numpy as np
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(0)
train = rng.normal(10, 2, size=(1000, 1))
test = rng.normal(14, 2, size=(1000, 1))  # moved by two deviations

right = StandardScaler().fit(train).transform(test)
wrong = StandardScaler().fit(test).transform(test)
print(f"numbers of the training data: mean {right.mean():.1f}")
print(f"numbers of the test data:     mean {abs(wrong.mean()):.1f}")
