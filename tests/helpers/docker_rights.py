"""Run a command with the rights that Docker gives to root in a container by default.

    python docker_rights.py [--no-landlock] COMMAND ...

Of the capabilities those of Docker's default list stay, and the system calls that make namespaces
and mounts fail with EPERM, as under its default seccomp profile. With --no-landlock the calls of
Landlock fail too, as in profiles before Docker 23. Needs root.

Sources: https://docs.docker.com/engine/security/#linux-kernel-capabilities and
https://docs.docker.com/engine/security/seccomp/
"""

import ctypes
import os
import platform
import struct
import sys

CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
"""CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW,
SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP: linux/capability.h."""
REFUSED = {
    "x86_64": {"unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155,
               "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "bpf": 321},
    "aarch64": {"unshare": 97, "setns": 268, "mount": 40, "umount2": 39, "pivot_root": 41,
                "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "bpf": 280},
}  # fmt: skip
LANDLOCK = {"landlock_create_ruleset": 444, "landlock_add_rule": 445, "landlock_restrict_self": 446}
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
NEW_NAMESPACES = 0x7E020000
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
EPERM, ENOSYS = 1, 38
PR_CAPBSET_DROP, PR_SET_SECCOMP, FILTER = 24, 22, 2


def program(landlock: bool) -> bytes:
    """Returns the filter, a program in classic BPF."""
    machine = platform.machine()
    refused = dict.fromkeys(REFUSED[machine].values(), EPERM)
    refused |= {} if landlock else dict.fromkeys(LANDLOCK.values(), ENOSYS)
    refused[CLONE3] = ENOSYS  # its flags are in memory, so that a filter cannot read them
    steps = [struct.pack("HBBI", 0x20, 0, 0, 0)]  # load the number of the call
    for number, error in refused.items():
        steps += [struct.pack("HBBI", 0x15, 0, 1, number), _return(ERRNO | error)]
    steps += [
        struct.pack("HBBI", 0x15, 0, 3, CLONE[machine]),
        struct.pack("HBBI", 0x20, 0, 0, 16),  # load its flags
        struct.pack("HBBI", 0x45, 0, 1, NEW_NAMESPACES),
        _return(ERRNO | EPERM),
        _return(ALLOW),
    ]
    return b"".join(steps)


def _return(action: int) -> bytes:
    return struct.pack("HBBI", 0x06, 0, 0, action)


def main(arguments: list[str]) -> None:
    """Gives up rights and becomes the command."""
    landlock = arguments[0] != "--no-landlock"
    command = arguments[not landlock :]
    libc = ctypes.CDLL(None, use_errno=True)
    code = program(landlock)
    steps = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(steps))
    for number in set(range(64)) - CAPABILITIES:
        libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.create_string_buffer(header, len(header)), 0, 0):
        raise OSError(ctypes.get_errno(), "the filter cannot be installed; root is needed")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
