"""The command `python -m tools.mutation`."""

import sys

from .run import main

if __name__ == "__main__":
    sys.exit(main())
