"""The filter on system calls: what it refuses, what it allows, on both architectures."""

import errno
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bngrader.sandbox.linux import seccomp, syscalls
from tests.helpers.subprocess_probe import FILTER, HERE, NO_NEW, seen


@pytest.mark.parametrize(
    "action",
    [
        "os.fork() and 1",
        "os.posix_spawn('/bin/true', ['true'], {}) and 1",
        "os.execv('/bin/true', ['true'])",
        "socket.socket() and 1",
        "socket.socketpair() and 1",
        "os.kill(os.getpid(), 0)",
        "signal.raise_signal(signal.SIGCONT)",
        "fcntl.fcntl(1, 8, os.getpid())",  # F_SETOWN
        "fcntl.ioctl(1, 0x8901, b'1234') and 1",  # FIOSETOWN
        "libc.prctl(libc.PR_SET_DUMPABLE, 1)",
        "libc.checked('setrlimit', c.setrlimit(resource.RLIMIT_CORE, bytes(16)))",
        "libc.unshare(libc.NEWUSER)",
        "libc.setns(os.pidfd_open(os.getpid()), libc.NEWUTS)",
        "os.memfd_create('m') and 1",
        "os.pidfd_open(os.getppid()) and 1",
        "os.symlink('/etc/passwd', argument[0] + '/link')",
        "os.chmod(argument[0], 0o777)",
        "os.chroot('/')",
        "os.sched_setaffinity(0, os.sched_getaffinity(0))",
        "os.sendfile(1, 0, 0, 0)",
        "libc.mount('tmpfs', argument[0], 'tmpfs')",
        "call(425, 1, None)",  # io_uring_setup
        "call(437, -100, b'/etc/passwd', None, 24)",  # openat2
        "c.shmget(0, 4096, 0o1600) >= 0 or call(10**6)",
    ],
)
def test_filter_denies_what_computing_does_not_need(tmp_path, action):
    assert seen(FILTER, action, tmp_path) in ("EPERM", "ENOSYS" if "shmget" in action else "EPERM")
    # What takes rights is tried where anybody has them, and where it leaves nothing behind.
    rights = any(word in action for word in ("mount", "chroot", "setns"))
    own = "libc.unshare(libc.NEWUSER | libc.NEWNS | libc.NEWUTS)"
    assert seen(own if rights else "", action, tmp_path) != "EPERM"


@pytest.mark.parametrize(
    "action",
    [
        "[t.start() or t.join() for t in [threading.Thread(target=int)]]",
        "resource.getrlimit(resource.RLIMIT_AS) and 1",
        "Path(argument[0], 'new').write_text('x')",
        "os.listdir('/') and 1",
        "time.sleep(0.01)",
        "os.isatty(0)",
        "bytearray(2**24) and 1",
    ],
)
def test_filter_allows_what_computing_needs(tmp_path, action):
    assert seen(FILTER, action, tmp_path) == seen("", action, tmp_path)


def test_filter_can_deny_opening_files_for_writing(tmp_path):
    reading = NO_NEW + "seccomp.install(seccomp.program(writing=False))"
    (tmp_path / "file").write_text("words")
    assert seen(reading, "Path(argument[0], 'file').read_text()", tmp_path) == "words"
    for action in ("Path(argument[0], 'file').open('r+')", "os.mkdir(argument[0] + '/new')"):
        assert seen(reading, action, tmp_path) == "EPERM"
        assert seen(FILTER, action + " and 1", tmp_path) != "EPERM"


ALLOW, KILL = 0x7FFF0000, 0x80000000
DENY, MISSING = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def evaluate(program, number, arch, arguments=(0,) * 6):
    """What the kernel would do: the few instructions of classic BPF that the filter uses."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *arguments)
    steps, at, word = list(struct.iter_unpack("<HBBI", program)), 0, 0
    for _ in steps:  # jumps only lead forward
        code, yes, no, value = steps[at]
        at += 1
        if code == 0x20:
            (word,) = struct.unpack_from("<I", data, value)
        elif code == 0x06:
            return value
        else:
            true = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[code]
            at += yes if true else no
    raise AssertionError("the filter ends without a verdict")


def numbers(machine, *groups):
    column = syscalls.ARCHITECTURES.index(machine)
    return {row[column] for group in groups for row in group.values()} - {None}


FREE = (
    syscalls.MEMORY, syscalls.FILES, syscalls.OPENING, syscalls.WRITING, syscalls.TIME,
    syscalls.ITSELF, syscalls.THREADS,
)  # fmt: skip


@pytest.mark.parametrize("machine", syscalls.ARCHITECTURES)
@given(number=st.integers(0, 2**32 - 1) | st.integers(0, 500))
def test_filter_denies_every_call_that_is_not_listed_on_both_architectures(machine, number):
    found = evaluate(seccomp.program(True, machine), number, ARCH[machine])
    if number in numbers(machine, FREE[0], *FREE[1:]):
        assert found == ALLOW
    elif number not in numbers(machine, syscalls.CHECKED):
        assert found == DENY


@pytest.mark.parametrize("machine", syscalls.ARCHITECTURES)
def test_filter_checks_arguments_and_kills_on_another_architecture(machine):
    program = seccomp.program(True, machine)

    def asked(name, *arguments, arch=ARCH[machine]):
        padded = (*arguments, *[0] * (6 - len(arguments)))
        return evaluate(program, syscalls.number(name, machine), arch, padded)

    assert asked("clone", 0x3D0F00) == ALLOW  # a thread, as libc makes one
    assert asked("clone", 0x1200011) == DENY  # fork
    assert asked("clone3") == MISSING
    assert asked("ioctl", 1, 0x5401) == ALLOW
    assert asked("ioctl", 1, 0x5412) == DENY  # TIOCSTI
    assert asked("fcntl", 1, 8) == DENY  # F_SETOWN
    assert asked("prlimit64", 0, 9, 0, 2**40) == ALLOW
    assert asked("prlimit64", 0, 9, 2**40, 0) == DENY  # a pointer with no low bits
    assert asked("prlimit64", 1, 9, 0, 2**40) == DENY
    for name in syscalls.OF_ITSELF:
        assert asked(name, 0) == ALLOW
        assert asked(name, 1) == DENY
    assert asked("getpriority", 0, 0) == ALLOW
    assert asked("getpriority", 0, 1) == DENY
    assert asked("read", arch=ARCH["x86_64" if machine == "aarch64" else "aarch64"]) == KILL
    with pytest.raises(OSError, match="riscv64"):
        seccomp.program(True, "riscv64")


def test_syscall_numbers_are_those_of_this_machine():
    """Each call is made with arguments that it must refuse in its own way, or that do nothing."""
    for name, action in {
        "getpid": "call({}) == os.getpid()",
        "getcwd": "call({}, bytes(4096), 4096) > 0",
        "openat": "os.close(call({}, -100, b'/', 0)) is None",
        "clock_gettime": "call({}, 0, bytes(16)) == 0",
        "getrandom": "call({}, bytes(8), 8, 0) == 8",
        "prlimit64": "call({}, 0, 7, None, bytes(16)) == 0",
    }.items():
        assert seen("", action.format(syscalls.number(name, HERE))) == "True", name
