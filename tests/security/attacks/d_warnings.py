"""Writes warnings and logs to stderr, for which other graders take all marks.

item: D output floods
harm: a right solution loses its marks for a warning
deserves: everything
control: by_design: no mark depends on what is printed
"""

import logging
import sys
import warnings

warnings.warn("careful", stacklevel=1)
logging.error("-1")
print("FAILED -1 nan", file=sys.stderr)
print("Traceback (most recent call last):", file=sys.stderr)
