"""Prints two hundred megabytes to stdout and stderr.

item: D output floods
harm: a log fills the disk, or a pipe that nobody reads stalls the class
deserves: everything
control: design: nobody reads what learner code prints; it goes nowhere
"""

import os
import sys

for _ in range(100):
    os.write(1, b"x" * 2**20)
    os.write(2, b"y" * 2**20)
print("z" * 2**20, file=sys.stderr)
