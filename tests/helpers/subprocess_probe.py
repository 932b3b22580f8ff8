"""A small process of its own, in which one mechanism of confinement is in force."""

import errno
import platform
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = platform.machine()

PRELUDE = f"""
import ctypes, errno, fcntl, os, resource, signal, socket, sys, threading, time
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from bngrader.sandbox.linux import confinement, landlock, libc, rootfs, seccomp, syscalls

def outcome(action):
    try:
        return action()
    except (OSError, MemoryError, RuntimeError) as error:
        number = getattr(error, "errno", None)
        return errno.errorcode[number] if number else type(error).__name__

def call(number, *arguments):
    return libc.syscall("call", number, *arguments)

def first_process():
    '''Goes on as the first process of a namespace, and ends as it ends.'''
    libc.unshare(libc.NEWUSER | libc.NEWPID)
    pid = os.fork()
    if pid:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

c = ctypes.CDLL(None, use_errno=True)
argument = sys.argv[1:]
"""
NO_NEW = "libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1); "
FILTER = NO_NEW + "seccomp.install(seccomp.program(writing=True))"
USERS = "confinement._own_users({})"


def seen(mechanism, action, *arguments):
    """What a action gives in a small process of its own, after a mechanism was put in place."""
    script = f"{PRELUDE}\n{mechanism}\nprint(outcome(lambda: {action}), flush=True)\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def denying(numbers: Iterable[int]) -> bytes:
    """A filter that denies some system calls and allows all others, as a container may have it."""
    load_number, equal, return_ = 0x20, 0x15, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | errno.EPERM
    steps = [(load_number, 0, 0, 0)]
    for number in numbers:
        steps += [(equal, 0, 1, number), (return_, 0, 0, deny)]
    return b"".join(struct.pack("<HBBI", *step) for step in (*steps, (return_, 0, 0, allow)))
