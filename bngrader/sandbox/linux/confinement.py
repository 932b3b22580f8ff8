"""The confinement of a worker and its children by the kernel.

A tier is a set of mechanisms:

    namespaces  user, PID, mount, network, IPC and UTS namespaces; and all of `landlock`
    landlock    Landlock, the seccomp filter, resource limits
    container   the seccomp filter, which also denies opening files for writing; another user id
    none        resource limits on memory, CPU time and files only

The escape probes test whether a tier holds; see `sandbox/escape_check.py`. A child that computes on
a GPU gets the device nodes of `gpu_devices.py`. The filter of the tier `container` has no exception
for device nodes, so no GPU works there.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from . import gpu_devices, landlock, libc, rootfs, seccomp

NOBODY = 65534
MEMORY_BYTES = 2 * 2**30
"""The address space that a child may have in addition to that of the worker."""
LIMITS = {
    resource.RLIMIT_CPU: 120,  # seconds
    resource.RLIMIT_FSIZE: 2**20,  # bytes
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
MAX_PROCESSES = 64
"""Processes and threads, in the tier `namespaces`."""

_NAMESPACES = libc.NEWNS | libc.NEWPID | libc.NEWIPC | libc.NEWUTS | libc.NEWNET


class Confinement:
    """The confinement of one worker and of the children that it forks.

    The worker calls `setup_worker` first, `drop_privileges` after the imports, and `fork` for each
    child. The child calls `confine_child` before it loads the learner's code.

    Args:
        tier: one of the tiers above.
        package: the folder of the package `bnlab`.
        folder: an empty folder of the worker's own.
        device: "cuda" for the device nodes of a GPU.
        only: what can be read of the folders of installed packages; () for all.
        unread: what children cannot read of these folders and of the one that holds `package`,
            although the worker may import it.

    Raises:
        OSError: if there is no such device.
    """

    def __init__(
        self,
        tier: str,
        package: Path,
        folder: Path,
        device: str = "cpu",
        only: Sequence[str] = (),
        unread: Sequence[str] = (),
    ):
        self.tier, self._folder = tier, str(folder)
        self._nodes = gpu_devices.nodes() if device == "cuda" else []
        self._namespaces = tier == "namespaces"
        self._landlock = tier == "landlock" or (self._namespaces and landlock.abi() > 0)
        self._paths = rootfs.readable(package)
        folders = rootfs.package_folders(self._paths)
        self._hidden = folders if only else []
        self._shown = rootfs.packages(self._hidden, only)
        self._unread = rootfs.packages(sorted({*folders, str(package.parent)}), unread)
        self._private = rootfs.temporary(self._paths)
        self._filter = b""
        self._rights: tuple[int, ...] = ()
        self._memory = 0
        self._itself = -1
        self._readable, self._writable = [*self._paths, *rootfs.DEVICES], ["/dev/null"]
        self._ruleset = -1

    @property
    def mechanisms(self) -> list[str]:
        """The mechanisms in force, in words."""
        words = ["namespaces"] if self._namespaces else []
        words += [f"Landlock ABI {landlock.abi()}"] if self._landlock else []
        words += ["seccomp"] if self.tier != "none" else []
        words += ["GPU devices"] if self._nodes else []
        return [*words, "limits"]

    def setup_worker(self) -> None:
        """Move the worker, which has one thread and no data yet, to its namespaces.

        With namespaces, the process forks: the first process waits for the second and exits with
        its status.

        Raises:
            OSError: if the kernel does not allow it.
        """
        if self.tier != "none":  # fail here on an unknown architecture, not in the first child
            writing = self._landlock or self._namespaces
            self._filter = seccomp.program(writing, gpu=bool(self._nodes))
        if self.tier == "landlock" and not landlock.abi():
            raise OSError("landlock: the kernel has no Landlock")
        if not self._namespaces:
            return
        if os.geteuid() == 0 and _has_user(NOBODY):
            # Root can bind paths that only root can read, such as a Python in /root.
            libc.unshare(libc.NEWNS)
            self._build()
            _become_nobody()
            _own_users(_NAMESPACES)
        else:
            _own_users(_NAMESPACES)
            self._build()
        # Some imports need a folder for temporary files; each child mounts its own over this one.
        rootfs.private_folder(self._private)
        socket.sethostname("child")
        _wait_for(os.fork())
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)

    def _build(self) -> None:
        extra = [path for path in gpu_devices.READABLE if not path.startswith("/proc")]
        present = [path for path in extra if os.path.exists(path)]
        more = [*self._nodes, *present] if self._nodes else []
        rootfs.build(self._folder, self._paths, more, self._hidden, self._shown)

    def drop_privileges(self) -> None:
        """Give up root and hide what only the imports needed.

        Raises:
            RuntimeError: if there is a second thread, which a fork would lose.
        """
        same = self._landlock and not self._namespaces  # the files that children may have
        if same:
            if self._hidden:  # listed once, before the first fork: Landlock allows
                self._readable = rootfs.without(self._paths, self._hidden)
                self._readable += [*self._shown, *rootfs.DEVICES]
            self._readable.append(self._folder)  # of the worker, which is empty and read-only
            if self._unread:
                libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
                landlock.restrict_reading(rootfs.everything_but(self._unread))
        elif self._landlock:
            self._writable.append(self._private)
        if self._nodes:
            self._readable += [*gpu_devices.READABLE, gpu_devices.ITSELF]
            self._writable.append(gpu_devices.NAMES)
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            raise RuntimeError(f"worker: threads are {threads}, expected 1 before a fork.")
        fields = Path("/proc/self/statm").read_text().split()  # proc_pid_statm(5)
        pages, more = (
            (fields[5], gpu_devices.MEMORY_BYTES) if self._nodes else (fields[0], MEMORY_BYTES)
        )
        self._memory = int(pages) * resource.getpagesize() + more
        if self._namespaces:
            rootfs.cover(self._unread)
            self._itself = os.pidfd_open(os.getpid())
        elif self.tier != "none" and os.geteuid() == 0:
            if self._landlock:
                self._rights = _become_nobody_who_reads()
            else:
                _become_nobody()
        if same and not self._nodes:  # hundreds of rules, which a child would write in 2 ms
            self._ruleset = landlock.ruleset(self._readable, self._writable)
        libc.prctl(libc.PR_SET_DUMPABLE, 0)  # no ptrace, no /proc/<pid>/mem

    def fork(self) -> int:
        """Fork, with the child as the first process of a PID namespace if there are namespaces.

        The end of the first process ends all processes of the namespace.
        """
        if not self._namespaces:
            return os.fork()
        pid = -1
        # unshare(2): not this process but its next child is in the new PID namespace.
        libc.unshare(libc.NEWPID)
        try:
            pid = os.fork()
        finally:
            if pid != 0:  # back: pid_namespaces(7) allows one `unshare` only
                libc.setns(self._itself, libc.NEWPID)
        return pid

    def confine_child(self, connection: int) -> None:
        """Confine the child for good.

        Args:
            connection: the descriptor that stays open besides 0, 1 and 2.
        """
        first = 3
        for fd in sorted({connection, self._ruleset} - {-1}):
            os.closerange(first, fd)
            first = fd + 1
        os.closerange(first, 2**16)
        os.setsid()
        if self._namespaces:
            libc.unshare(_NAMESPACES & ~libc.NEWPID)
            rootfs.private_folder(self._private)
            if self._nodes:
                rootfs.own_processes()
            libc.unshare(libc.NEWUSER)  # without a mapping, so it has no rights outside
        self._limit()
        if self.tier == "none":
            libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)  # trusted code can hang too
            return
        libc.capabilities(*self._rights)
        # The child ends with its worker and cannot be traced. Changing capabilities resets both
        # attributes, so they are set afterwards.
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(libc.PR_SET_DUMPABLE, 0)
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        if self._ruleset >= 0:
            landlock.enforce(self._ruleset)
        elif self._landlock:
            landlock.restrict(self._readable, self._writable, self._nodes)
        seccomp.install(self._filter)

    def _limit(self) -> None:
        """Set the resource limits: setrlimit(2).

        RLIMIT_NPROC counts the processes of a user, so it makes sense only in a user namespace.
        """
        if self._nodes:
            more = {
                resource.RLIMIT_DATA: self._memory,
                resource.RLIMIT_NOFILE: gpu_devices.MAX_FILES,
            }
            more[resource.RLIMIT_FSIZE] = gpu_devices.MAX_FILE_BYTES
        else:
            more = {resource.RLIMIT_AS: self._memory}
        limits = LIMITS | more
        if self._namespaces:
            limits[resource.RLIMIT_NPROC] = MAX_PROCESSES
        for limit, value in limits.items():
            resource.setrlimit(limit, (value, value))


def _own_users(also: int) -> None:
    """Create a user namespace and others, in which this process is nobody with all capabilities.

    user_namespaces(7): an unprivileged process may map its own user only.
    """
    user, group = os.geteuid(), os.getegid()
    libc.unshare(libc.NEWUSER | also)
    libc.prctl(libc.PR_SET_DUMPABLE, 1)  # else /proc/self belongs to root after a change of user
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {user} 1"),
        ("gid_map", f"{NOBODY} {group} 1"),
    ):
        Path("/proc/self", name).write_text(text)


def _become_nobody() -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _become_nobody_who_reads() -> tuple[int, ...]:
    """Give up root; keep the right to read if Python is in a folder that only root can enter.

    capabilities(7): PR_SET_KEEPCAPS preserves permitted capabilities when the user changes.
    Landlock still restricts what can be read, whatever the capabilities.

    Returns:
        The capabilities that are left.
    """
    libc.prctl(libc.PR_SET_KEEPCAPS, 1)
    _become_nobody()
    rights = () if os.access(os.__file__, os.R_OK) else (libc.CAP_DAC_READ_SEARCH,)
    libc.capabilities(*rights)
    return rights


def _has_user(number: int) -> bool:
    """Return whether this user namespace maps a user; it may map root only."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        inside, _, count = map(int, line.split())
        if inside <= number < inside + count:
            return True
    return False


def _wait_for(pid: int) -> None:
    """Wait for the child and exit with its status, in the parent; do nothing in the child."""
    if pid == 0:
        return
    os.closerange(3, 2**16)  # else the judge process would see no end of the connection
    _, status = os.waitpid(pid, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 255)
