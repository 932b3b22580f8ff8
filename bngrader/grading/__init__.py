"""Judging many submissions: a pool of judge processes, shards, and Dask."""
