"""Prints 200 MB to stdout and stderr.

item: D output floods
harm: a log fills the disk, or a full pipe stops the grading
deserves: everything
control: by_design: stdout and stderr of a child are /dev/null
"""

import os
import sys

for _ in range(100):
    os.write(1, b"x" * 2**20)
    os.write(2, b"y" * 2**20)
print("z" * 2**20, file=sys.stderr)
