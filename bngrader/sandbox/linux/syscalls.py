"""The system calls of a child: those that NumPy and torch need to compute.

Each has its numbers on x86-64 (`asm/unistd_64.h` of the kernel) and on aarch64
(`asm-generic/unistd.h`); None if the architecture has no such call.
"""

from __future__ import annotations

from . import gpu_devices

Numbers = dict[str, tuple[int | None, int | None]]

ARCHITECTURES = ("x86_64", "aarch64")

MEMORY: Numbers = {
    "brk": (12, 214), "mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226),
    "mremap": (25, 216), "madvise": (28, 233), "mincore": (27, 232), "membarrier": (324, 283),
}  # fmt: skip
"""Address space, whose size RLIMIT_AS limits."""

FILES: Numbers = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66),
    "pread64": (17, 67), "pwrite64": (18, 68), "lseek": (8, 62), "close": (3, 57),
    "close_range": (436, 436), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24),
    "stat": (4, None), "lstat": (6, None), "fstat": (5, 80), "newfstatat": (262, 79),
    "statx": (332, 291), "access": (21, None), "faccessat": (269, 48),
    "faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78),
    "statfs": (137, 43), "fstatfs": (138, 44), "getcwd": (79, 17), "chdir": (80, 49),
    "fchdir": (81, 50), "getdents64": (217, 61), "umask": (95, 166), "fadvise64": (221, 223),
    "pipe": (22, None), "pipe2": (293, 59), "eventfd2": (290, 19),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "recvfrom": (45, 207), "sendto": (44, 206),
}  # fmt: skip
"""Open files and file metadata; mounts or Landlock decide which files can be opened.

`socket` is missing, so the only socket is that of the frames; `sendmsg` is missing because it
could send a descriptor over it.
"""

OPENING: Numbers = {"open": (2, None), "openat": (257, 56)}

WRITING: Numbers = {
    "flock": (73, 32), "fsync": (74, 82), "fdatasync": (75, 83), "ftruncate": (77, 46),
    "fallocate": (285, 47), "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None),
    "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38),
    "renameat2": (316, 276),
}  # fmt: skip
"""Writing in the private folder for temporary files, if there is one."""

TIME: Numbers = {
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153),
    "getrusage": (98, 165),
}  # fmt: skip

ITSELF: Numbers = {
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174),
    "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177), "getresuid": (118, 148),
    "getresgid": (120, 150), "getgroups": (115, 158), "getpgrp": (111, None),
    "uname": (63, 160), "sysinfo": (99, 179), "getcpu": (309, 168), "getrandom": (318, 278),
    "getrlimit": (97, 163), "sched_yield": (24, 124),
    "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126),
}  # fmt: skip
"""Queries that change nothing."""

THREADS: Numbers = {
    "set_tid_address": (218, 96), "set_robust_list": (273, 99),
    "rseq": (334, 293), "arch_prctl": (158, None), "futex": (202, 98), "exit": (60, 93),
    "exit_group": (231, 94), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137),
    "sigaltstack": (131, 132), "restart_syscall": (219, 128),
}  # fmt: skip
"""Threads and signal handlers; no `kill`, not even of the process itself."""

OF_ITSELF: Numbers = {
    "getpgid": (121, 155), "getsid": (124, 156), "sched_getaffinity": (204, 123),
    "sched_getparam": (143, 121), "sched_getscheduler": (145, 120), "get_robust_list": (274, 100),
}  # fmt: skip
"""Queries about a process, allowed for the one that asks: of others, they would tell that they
exist."""

CHECKED: Numbers = OF_ITSELF | {
    "clone": (56, 220), "clone3": (435, 435), "ioctl": (16, 29), "fcntl": (72, 25),
    "prctl": (157, 167), "prlimit64": (302, 261), "getpriority": (140, 141),
}  # fmt: skip
"""Calls that are allowed for some arguments only; see `seccomp.py`."""


def number(name: str, architecture: str) -> int | None:
    """Return the number of a system call; None if the architecture does not have it."""
    column = ARCHITECTURES.index(architecture)
    gpu = gpu_devices.SYSCALLS | {"socket": gpu_devices.SOCKET}
    groups = (MEMORY, FILES, OPENING, WRITING, TIME, ITSELF, THREADS, CHECKED, gpu)
    for group in groups:
        if name in group:
            return group[name][column]
    raise KeyError(name)
