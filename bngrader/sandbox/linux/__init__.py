"""Confinement by the Linux kernel: system calls, seccomp, Landlock, the root file system, GPUs."""
