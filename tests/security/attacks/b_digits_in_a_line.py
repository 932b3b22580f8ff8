"""Tells of a line where it would stop on a GPU, in the digits of the hidden input.

item: B forged replies
unit: channels
harm: a report holds digits of a hidden input
deserves: channel_moments part, batch_norm_2d part
says: would stop: a tensor that stayed on the CPU
control: by_design: a report quotes a line only if the submitted file has it
"""

import sys

LINE = 777_777_777_777_777_777
known = {"stops": True, "line": LINE, "waits": [LINE, -1, True, 10**6]}
for name in ("bnlab.kit.testing.torch_ops", "bnlab.kit.testing.remote_ops"):
    sys.modules[name].portable = lambda *_: known
