"""Takes a file descriptor from another process, by pidfd_getfd and /proc/<pid>/fd.

item: C descriptors
harm: the submission uses the judge's gradebook or socket
deserves: everything
witness: obtained
control: unconfined
"""

import ctypes
import os


def attempt():
    try:
        return os.listdir(f"/proc/{TARGETS['sentinel']}/fd")
    except OSError:
        pass
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd = libc.syscall(434, TARGETS["sentinel"], 0)
    taken = libc.syscall(438, pidfd, 0, 0) if pidfd >= 0 else -1
    return taken >= 0
