"""Measurements on a machine with a GPU; see `__main__.py`."""
