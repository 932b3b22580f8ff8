"""Compares its right code with torch while it is imported.

item: E allowed uses
unit: channels
harm: a learner loses marks for a check of the work
deserves: everything
control: by_design: torch's kernels are replaced after the import, before the first hidden input
"""

import torch.nn.functional as F

images = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))
mine = batch_norm_2d(images, torch.ones(3), torch.zeros(3))
assert torch.allclose(mine, F.batch_norm(images, None, None, training=True), atol=1e-5)
