"""The untrusted side, a program of its own: `python -m bngrader.worker.forkserver`."""
