"""The devices, files and system calls of CUDA, for children that compute on a GPU only.

Each has its reason. None gives access to other files, processes or networks; but the device nodes
reach a large driver in the kernel, which is a risk of every GPU.
https://github.com/NVIDIA/open-gpu-kernel-modules has the numbers of the driver. No document lists
what CUDA needs of Linux besides the driver; these projects found it by trial:
https://github.com/NVIDIA/OpenShell/issues/1486, https://github.com/NVIDIA/OpenShell/issues/1696,
https://github.com/nolabs-ai/nono/pull/673, and snapd's interface `opengl`.
"""

from __future__ import annotations

import os
from glob import glob

CONTROL = "/dev/nvidiactl"
_NODES = (
    CONTROL,  # opened first
    "/dev/nvidia[0-9]*",  # one for each GPU
    "/dev/nvidia-uvm",  # unified memory, used by every context
    "/dev/nvidia-uvm-tools",  # opened by drivers since 570
    "/dev/nvidia-caps/*",  # the slices of a GPU with MIG
)

READABLE = (
    "/proc/driver/nvidia", "/proc/driver/nvidia-uvm",  # the driver's own settings
    "/proc/devices", "/proc/cpuinfo", "/proc/meminfo", "/proc/sys/vm",  # the layout of memory
    "/sys/devices/system/node", "/sys/devices/system/memory",
    "/usr/local/nvidia",  # the driver's libraries, in some containers
)  # fmt: skip
ITSELF = "/proc/self"
"""A process reads its own memory map."""
NAMES = "/proc/self/task"
"""Drivers since 570 name their threads, and fail if they cannot."""

SYSCALLS: dict[str, tuple[int | None, int | None]] = {
    "memfd_create": (319, 279),  # memory that driver and process share
    "get_mempolicy": (239, 236),  # a read-only NUMA query
    "bind": (49, 200), "listen": (50, 201), "setsockopt": (54, 208),  # of the socket below
}  # fmt: skip

SOCKET = (41, 198)
SOCKET_KIND = (1, 5)
"""AF_UNIX, SOCK_SEQPACKET: the driver listens on one, to share memory with other processes.

`accept` and `connect` are not allowed, so no process shares any. A datagram socket could send to
any address without connecting.
"""

IOCTL_MAGIC = ord("F")
"""The driver's ioctls are _IOWR('F', number, size): nv-ioctl-numbers.h."""
UVM_LAST, UVM_START = 0xFF, (0x30000001, 0x30000002)
"""The ioctls of unified memory are small numbers, and two for start and end: uvm_ioctl.h."""

MAX_FILES, MAX_FILE_BYTES = 256, 64 * 2**20
"""Limits for descriptors, of which the driver opens many, and for the size of memory files."""
MEMORY_BYTES = 6 * 2**30
"""The data that a child may allocate in addition to the worker's (RLIMIT_DATA).

CUDA reserves address space for the memory of all GPUs, so RLIMIT_AS is of no use. No resource limit
counts the pages that a process shares with the driver; a cgroup would.
"""


def nodes() -> list[str]:
    """Return the paths of the driver's device nodes.

    Raises:
        OSError: if there is no driver.
    """
    if not os.path.exists(CONTROL):
        raise OSError(f"there is no {CONTROL}")
    return sorted(path for pattern in _NODES for path in glob(pattern))
