"""What CUDA needs, opened in children that compute on it and in no other.

All of them are here, each with its reason. None lets a child near a file, a process or a network;
but behind the device nodes is a large driver in the kernel, and that is the price of a GPU.
https://github.com/NVIDIA/open-gpu-kernel-modules has the driver's own numbers. What CUDA asks of
Linux beside the driver is written down nowhere; those who shut it in have found out by trial:
https://github.com/NVIDIA/OpenShell/issues/1486, https://github.com/NVIDIA/OpenShell/issues/1696,
https://github.com/nolabs-ai/nono/pull/673, and snapd's interface `opengl`.
"""

from __future__ import annotations

import os
from glob import glob

CONTROL = "/dev/nvidiactl"
_NODES = (
    CONTROL,  # everything begins here
    "/dev/nvidia[0-9]*",  # a GPU each
    "/dev/nvidia-uvm",  # one address space for both memories, in every context
    "/dev/nvidia-uvm-tools",  # opened by drivers since 570
    "/dev/nvidia-caps/*",  # the slices of a GPU that is shared out (MIG)
)

READABLE = (
    "/proc/driver/nvidia", "/proc/driver/nvidia-uvm",  # the driver's own settings
    "/proc/devices", "/proc/cpuinfo", "/proc/meminfo", "/proc/sys/vm",  # how memory is laid out
    "/sys/devices/system/node", "/sys/devices/system/memory",
    "/usr/local/nvidia",  # the driver's libraries, in some containers
)  # fmt: skip
ITSELF = "/proc/self"
"""A process reads of itself how its memory lies."""
NAMES = "/proc/self/task"
"""Drivers since 570 give their threads names, and stop where they cannot."""

SYSCALLS: dict[str, tuple[int | None, int | None]] = {
    "memfd_create": (319, 279),  # memory that driver and process share
    "get_mempolicy": (239, 236),  # a question
    "bind": (49, 200), "listen": (50, 201), "setsockopt": (54, 208),  # of the next
}  # fmt: skip

SOCKET = (41, 198)
SOCKET_KIND = (1, 5)
"""AF_UNIX, SOCK_SEQPACKET: the driver listens on one, for other processes to share its memory with.

None does: nobody here accepts or connects. A datagram socket could send to any name.
"""

IOCTL_MAGIC = ord("F")
"""The driver's ioctls are _IOWR('F', number, size): nv-ioctl-numbers.h."""
UVM_LAST, UVM_START = 0xFF, (0x30000001, 0x30000002)
"""Those of its memory are plain small numbers, and two to begin and to end: uvm_ioctl.h."""

FILES, FILE_SIZE = 256, 64 * 2**20
"""Descriptors, for the driver opens its nodes many times over; and memory in a descriptor."""
MEMORY = 6 * 2**30
"""Data of its own that a child may have beyond the worker's (RLIMIT_DATA).

CUDA reserves addresses for the memory of all GPUs, so a limit on addresses is of no use. Nor does
any limit count the pages that a process shares with its driver: a cgroup would.
"""


def nodes() -> list[str]:
    """The driver's device nodes.

    Raises:
        OSError: where there is no driver.
    """
    if not os.path.exists(CONTROL):
        raise OSError(f"there is no {CONTROL}")
    return sorted(path for pattern in _NODES for path in glob(pattern))
