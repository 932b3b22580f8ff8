"""Attacks on stock nbgrader, with its own settings and with those of `hardened/`."""
