"""Kernel calls that shut the learner's code in; on the untrusted side, they are all we rely on.

A tier is a set of mechanisms. What each holds back is tried, not assumed: see `escape_probes.py`.

    namespaces  users, processes, mounts, network, IPC, host name of its own; and all of the next
    landlock    Landlock, the filter on system calls, limits
    container   the filter, which also denies opening anything for writing; a user id of its own
    none        limits on memory, processor time and files only

A child that computes on a GPU has more device nodes, listed in `gpu_devices.py`. The filter of the
container tier knows no exception for device nodes, so no GPU works there.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
from pathlib import Path

from . import gpu_devices, landlock, libc, rootfs, seccomp

NOBODY = 65534
MEMORY = 2 * 2**30
LIMITS = {
    resource.RLIMIT_CPU: 120,
    resource.RLIMIT_FSIZE: 2**20,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
PROCESSES = 64

_OWN = libc.NEWNS | libc.NEWPID | libc.NEWIPC | libc.NEWUTS | libc.NEWNET


class Confinement:
    """The confinement of one worker and of the children that it forks.

    The worker calls `setup_worker` first, `drop_privileges` once everything is imported, then
    `fork` for each child, and in the child `confine_child` before the learner's code is there.

    Args:
        tier: one of those above.
        package: the folder of the learner's package.
        folder: an empty folder, the worker's own.
        device: "cuda" to open what that needs.

    Raises:
        OSError: where there is no such device.
    """

    def __init__(self, tier: str, package: Path, folder: Path, device: str = "cpu"):
        self.tier, self._folder = tier, str(folder)
        self._nodes = gpu_devices.nodes() if device == "cuda" else []
        self._namespaces = tier == "namespaces"
        self._landlock = tier == "landlock" or (self._namespaces and landlock.abi() > 0)
        self._paths = rootfs.readable(package)
        self._private = rootfs.temporary(self._paths)
        self._filter = b""
        self._rights: tuple[int, ...] = ()
        self._memory = 0
        self._itself = -1

    @property
    def mechanisms(self) -> list[str]:
        """What is in force, in words."""
        words = ["namespaces"] if self._namespaces else []
        words += [f"Landlock ABI {landlock.abi()}"] if self._landlock else []
        words += ["seccomp"] if self.tier != "none" else []
        words += ["GPU devices"] if self._nodes else []
        return [*words, "limits"]

    def setup_worker(self) -> None:
        """Puts the worker, which has one thread and knows nothing yet, where it is to live.

        With namespaces of its own, the process forks: the first one waits and ends as the second.

        Raises:
            OSError: where the kernel does not allow it.
        """
        if self.tier != "none":  # before an hour of work, not in the first child
            writing = self._landlock or self._namespaces
            self._filter = seccomp.program(writing, gpu=bool(self._nodes))
        if self.tier == "landlock" and not landlock.abi():
            raise OSError("landlock: the kernel has none")
        if not self._namespaces:
            return
        if os.geteuid() == 0 and _has_user(NOBODY):
            # As root it can bind what only root reads (a Python in /root); then it is nobody.
            libc.unshare(libc.NEWNS)
            self._build()
            _become_nobody()
            _own_users(_OWN)
        else:
            _own_users(_OWN)
            self._build()
        # The worker has one for imports that want it; each child covers it with its own.
        rootfs.private_folder(self._private)
        socket.sethostname("child")
        _wait_for(os.fork())
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)

    def _build(self) -> None:
        extra = [path for path in gpu_devices.READABLE if not path.startswith("/proc")]
        present = [path for path in extra if os.path.exists(path)]
        rootfs.build(self._folder, self._paths, [*self._nodes, *present] if self._nodes else [])

    def drop_privileges(self) -> None:
        """After the imports: the last rights go, and with them what only the start needed.

        Raises:
            RuntimeError: where there is a second thread; a fork would lose it.
        """
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            raise RuntimeError(f"worker: threads are {threads}, expected 1 before a fork.")
        fields = Path("/proc/self/statm").read_text().split()  # proc_pid_statm(5)
        pages, more = (fields[5], gpu_devices.MEMORY) if self._nodes else (fields[0], MEMORY)
        self._memory = int(pages) * resource.getpagesize() + more
        if self._namespaces:
            rootfs.cover()
            self._itself = os.pidfd_open(os.getpid())
        elif self.tier != "none" and os.geteuid() == 0:
            if self._landlock:
                self._rights = _become_nobody_who_reads()
            else:
                _become_nobody()
        libc.prctl(libc.PR_SET_DUMPABLE, 0)  # no ptrace, no /proc/<pid>/mem

    def fork(self) -> int:
        """os.fork(); the child is the first process of a namespace, whose end ends all in it."""
        if not self._namespaces:
            return os.fork()
        pid = -1
        # unshare(2): not this process but its next child is in the new namespace of processes.
        libc.unshare(libc.NEWPID)
        try:
            pid = os.fork()
        finally:
            if pid != 0:  # back to where this process is: pid_namespaces(7) allows one step only
                libc.setns(self._itself, libc.NEWPID)
        return pid

    def confine_child(self, kept: int) -> None:
        """Shuts the child in for good; of its descriptors only 0, 1, 2 and `kept` stay open."""
        os.closerange(3, kept)
        os.closerange(kept + 1, 2**16)
        os.setsid()
        if self._namespaces:
            libc.unshare(_OWN & ~libc.NEWPID)
            rootfs.private_folder(self._private)
            if self._nodes:
                rootfs.own_processes()
            libc.unshare(libc.NEWUSER)  # no mapping: it is nobody, and has no rights outside
        self._limit()
        if self.tier == "none":
            libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)  # what is trusted may yet not end
            return
        libc.capabilities(*self._rights)
        # After the change of rights, which undoes both: it ends with its worker, nobody traces it.
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(libc.PR_SET_DUMPABLE, 0)
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        if self._landlock:
            readable = [*self._paths, *rootfs.DEVICES]
            writable = ["/dev/null"]
            if self._namespaces:
                writable.append(self._private)
            else:  # its folder is empty, and stays so
                readable.append(self._folder)
            if self._nodes:
                readable += [*gpu_devices.READABLE, gpu_devices.ITSELF]
                writable.append(gpu_devices.NAMES)
            landlock.restrict(readable, writable, self._nodes)
        seccomp.install(self._filter)

    def _limit(self) -> None:
        """setrlimit(2). Processes are counted by user: only a user of one's own has few."""
        if self._nodes:
            more = {resource.RLIMIT_DATA: self._memory, resource.RLIMIT_NOFILE: gpu_devices.FILES}
            more[resource.RLIMIT_FSIZE] = gpu_devices.FILE_SIZE
        else:
            more = {resource.RLIMIT_AS: self._memory}
        limits = LIMITS | more
        if self._namespaces:
            limits[resource.RLIMIT_NPROC] = PROCESSES
        for limit, value in limits.items():
            resource.setrlimit(limit, (value, value))


def _own_users(also: int) -> None:
    """Namespaces of one's own; inside, this process is nobody with every right over them.

    user_namespaces(7): the one mapping that needs no privilege is of oneself alone.
    """
    user, group = os.geteuid(), os.getegid()
    libc.unshare(libc.NEWUSER | also)
    libc.prctl(libc.PR_SET_DUMPABLE, 1)  # else /proc/self is root's after a change of user
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {user} 1"),
        ("gid_map", f"{NOBODY} {group} 1"),
    ):
        Path("/proc/self", name).write_text(text)


def _become_nobody() -> None:
    """Gives root up for good, with all its rights."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _become_nobody_who_reads() -> tuple[int, ...]:
    """Gives root up but for reading, where Python itself is in a folder that only root enters.

    capabilities(7): PR_SET_KEEPCAPS lets permitted rights outlive the change of user.
    Landlock, which asks nobody's rights, still says what can be read.
    """
    libc.prctl(libc.PR_SET_KEEPCAPS, 1)
    _become_nobody()
    rights = () if os.access(os.__file__, os.R_OK) else (libc.CAP_DAC_READ_SEARCH,)
    libc.capabilities(*rights)
    return rights


def _has_user(number: int) -> bool:
    """Whether there is such a user here: a user namespace may have root alone."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        inside, _, count = map(int, line.split())
        if inside <= number < inside + count:
            return True
    return False


def _wait_for(pid: int) -> None:
    """In the parent: waits for the child, and ends as it ended. In the child: nothing."""
    if pid == 0:
        return
    os.closerange(3, 2**16)  # or the sockets would seem to be held when the child is gone
    _, status = os.waitpid(pid, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 255)
