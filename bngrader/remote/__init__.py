"""Calls to the learner's module in another process: the wire format and the proxy."""
