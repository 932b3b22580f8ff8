"""Confined processes for learners' code, and the probes that try to escape from them."""
