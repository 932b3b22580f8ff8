"""Has the kernel send SIGKILL to another process, as the owner of a pipe's signals.

item: D signals
harm: another process is killed
deserves: everything
witness: killed
control: unconfined
"""

import fcntl
import os


def attempt():
    read, write = os.pipe()
    fcntl.fcntl(read, 10, 9)  # F_SETSIG, SIGKILL
    fcntl.fcntl(read, fcntl.F_SETOWN, TARGETS["sentinel"])
    fcntl.fcntl(read, fcntl.F_SETFL, fcntl.fcntl(read, fcntl.F_GETFL) | os.O_ASYNC)
    os.write(write, b"x")
