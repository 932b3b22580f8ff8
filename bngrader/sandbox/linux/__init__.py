"""Confinement by the Linux kernel: libc calls, seccomp, Landlock, the root file system, GPUs."""
