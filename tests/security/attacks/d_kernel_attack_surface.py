"""Tries system calls that learners never need: namespaces, mounts, keyrings, io_uring, BPF.

item: D breaking out
harm: a bug in a rarely used part of the kernel can be exploited
deserves: everything
witness: obtained
control: unconfined
"""

import ctypes

CALLS = {
    "unshare(NEWUSER)": (272, 0x10000000, 0, 0),
    "unshare(NEWNS)": (272, 0x20000, 0, 0),
    "keyctl": (250, 0, -3, 0),
    "add_key": (248, b"user", b"hostile", 0),
    "io_uring_setup": (425, 1, ctypes.create_string_buffer(256), 0),
    "userfaultfd": (323, 1, 0, 0),
    "perf_event_open": (298, ctypes.create_string_buffer(b"\1\0\0\0\x80", 128), 0, -1),
    "bpf": (321, 0, ctypes.create_string_buffer(128), 128),
    "personality": (135, 0x0040000, 0, 0),
    "fanotify_init": (300, 0, 0, 0),
    "inotify_init": (294, 0, 0, 0),
    "socket(AF_ALG)": (41, 38, 5, 0),
    "socket(AF_NETLINK)": (41, 16, 3, 0),
    "socket(AF_VSOCK)": (41, 40, 1, 0),
    "mount": (165, b"none", b"/tmp", b"tmpfs", 0, 0),
    "chroot": (161, b"/tmp", 0, 0),
    "setns": (308, 0, 0, 0),
}


def attempt():
    import platform

    if platform.machine() != "x86_64":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return [name for name, call in CALLS.items() if libc.syscall(*call) >= 0]
