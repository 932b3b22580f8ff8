"""`python -m bngrader.worker FD TIER [DEVICE]`: starts the fork server; see `forkserver.py`."""

from .forkserver import main

main()
