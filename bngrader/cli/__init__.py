"""The command `bngrader`."""
