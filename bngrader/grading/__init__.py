"""Judging a class: a pool of judge processes, shards, and Dask."""
