"""Takes leases and locks on files of Python, so that whoever opens or locks one has to wait.

item: D other processes
harm: another process waits for seconds at a file
deserves: everything
witness: obtained
control: unconfined
"""

import fcntl
import os

HELD = []


def attempt():
    got = []
    for name in ("this.py", "cmd.py", "sched.py"):
        file = os.open(os.path.join(os.path.dirname(os.__file__), name), os.O_RDONLY)
        HELD.append(file)
        for kind in (fcntl.F_WRLCK, fcntl.F_RDLCK):
            try:
                fcntl.fcntl(file, 1024, kind)  # F_SETLEASE
                got.append(name)
            except OSError:
                pass
    return got
