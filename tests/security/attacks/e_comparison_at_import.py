"""Right code that compares itself with torch while it is imported.

item: E what is no shortcut
unit: channels
harm: an honest learner loses marks for checking the work
deserves: everything
control: design: torch's kernels are taken away after the import, when hidden inputs come
"""

import torch.nn.functional as F

images = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))
mine = batch_norm_2d(images, torch.ones(3), torch.zeros(3))
assert torch.allclose(mine, F.batch_norm(images, None, None, training=True), atol=1e-5)
