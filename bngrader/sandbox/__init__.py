"""Confined processes for learners' code, and the probes that try to escape from them.

Why not bubblewrap, nsjail or isolate: each starts a program for each run. A submission would then
import torch, which takes seconds, where a fork of a process that has imported torch takes
milliseconds; and none of the three can confine a process that is already running.
"""
