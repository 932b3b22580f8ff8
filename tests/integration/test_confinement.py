"""Each mechanism of confinement by itself: what it stops, and that nothing else stopped it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bngrader.sandbox.linux import landlock, libc, rootfs
from bngrader.sandbox.linux.confinement import Confinement
from tests.helpers.subprocess_probe import NO_NEW, PRELUDE, ROOT, USERS, seen

# --- Landlock -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "freely"),
    [
        ("Path(argument[0], 'shut', 'file').read_text()", "words"),
        ("os.listdir(argument[0] + '/shut')", "['file']"),
        ("Path(argument[0], 'open', 'new').write_text('x')", "1"),
        ("os.unlink(argument[0] + '/open/file')", "None"),
        ("os.truncate(argument[0] + '/open/file', 1)", "None"),
        ("os.posix_spawn('/bin/true', ['true'], {}) > 0", "True"),
    ],
)
def test_landlock_reads_where_it_may_and_writes_nowhere(tmp_path, deed, freely):
    for name in ("open", "shut"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("words")
    mechanism = NO_NEW + "landlock.restrict([argument[0] + '/open'])"
    assert seen(mechanism, "Path(argument[0], 'open', 'file').read_text()", tmp_path) == "words"
    assert seen(mechanism, deed, tmp_path) == "EACCES"
    assert seen("", deed, tmp_path) == freely


def test_landlock_writes_where_it_is_told_to(tmp_path):
    mechanism = NO_NEW + "landlock.restrict([], [argument[0]])"
    assert seen(mechanism, "Path(argument[0], 'new').write_text('x')", tmp_path) == "1"


@pytest.mark.parametrize(
    ("abi", "deed", "held", "freely"),
    [
        (4, "socket.create_connection(('127.0.0.1', int(argument[0]))) and 1", "EACCES", "1"),
        (6, "socket.socket(socket.AF_UNIX).connect('\\0' + argument[1])", "EPERM", "None"),
        (6, "os.kill(int(argument[2]), 0)", "EPERM", "None"),
    ],
)
def test_landlock_reaches_no_socket_and_no_process_outside(abi, deed, held, freely):
    name = f"bngrader-test-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0" + name)
        abstract.listen()
        arguments = (tcp.getsockname()[1], name, os.getpid())
        assert seen("", deed, *arguments) == freely
        expected = held if landlock.abi() >= abi else freely
        assert seen(NO_NEW + "landlock.restrict([])", deed, *arguments) == expected


# --- namespaces -----------------------------------------------------------------------------------


def test_in_a_namespace_of_processes_nobody_else_is_there():
    assert seen("first_process()", "os.getpid()") == "1"
    assert seen("first_process()", "os.kill(int(argument[0]), 0)", os.getpid()) == "ESRCH"
    assert seen("", "os.kill(int(argument[0]), 0)", os.getpid()) == "None"


@pytest.mark.parametrize(("mechanism", "survives"), [("first_process()", False), ("pass", True)])
def test_everything_that_a_child_started_ends_with_it(mechanism, survives):
    """A grandchild holds a pipe open for two seconds; its reader sees whether it was ended."""
    reader, writer = os.pipe()
    script = (
        f"{PRELUDE}\n{mechanism}\n"
        "if os.fork() == 0:\n    os.setsid()\n    time.sleep(0.5)\n"
        "    os.write(int(argument[0]), b'still here')\n    os._exit(0)\n"
        "time.sleep(0.1)\nos._exit(0)\n"
    )
    command = [sys.executable, "-I", "-S", "-c", script, str(writer)]
    subprocess.run(command, pass_fds=[writer], check=True, timeout=60)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == (b"still here" if survives else b"")


def test_in_a_namespace_of_networks_nothing_answers():
    deed = "socket.create_connection(('127.0.0.1', int(argument[0])), 5) and 1"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert seen(USERS.format("libc.NEWNET"), deed, port) in ("ENETUNREACH", "ECONNREFUSED")
        assert seen("", deed, port) == "1"


def test_the_view_holds_what_it_is_given_read_only_and_nothing_of_proc(tmp_path):
    given_, folder = tmp_path / "given", tmp_path / "root"
    given_.mkdir()
    folder.mkdir()
    (given_ / "file").write_text("words")
    mechanism = USERS.format("libc.NEWNS") + "; rootfs.build(argument[1], [argument[0]])"
    covered = mechanism + "; rootfs.cover()"
    read, write = "Path(argument[0], 'file').read_text()", "Path(argument[0], 'new').touch()"
    assert seen(mechanism, read, given_, folder) == "words"
    assert seen(mechanism, write, given_, folder) == "EROFS"
    assert seen(mechanism, "os.mkdir('/new')", given_, folder) == "EROFS"
    assert seen(mechanism, "os.stat('/etc/passwd')", given_, folder) == "ENOENT"
    assert seen(mechanism, "len(os.listdir('/proc')) > 20", given_, folder) == "True"
    assert seen(covered, "os.listdir('/proc')", given_, folder) == "[]"
    assert list(folder.iterdir()) == []
    assert seen("", write, given_, folder) == "None"


def test_the_private_folder_is_bounded_in_bytes_and_in_files():
    mechanism = USERS.format("libc.NEWNS") + "; rootfs.private_folder('/tmp')"
    assert seen(mechanism, "os.listdir('/tmp')") == "[]"
    assert seen(mechanism, "Path('/tmp/one').write_bytes(bytes(63 * 2**20))") == str(63 * 2**20)
    assert seen(mechanism, "Path('/tmp/one').write_bytes(bytes(65 * 2**20))") == "ENOSPC"
    assert seen(mechanism, "[Path(f'/tmp/{i}').touch() for i in range(4096)]") == "ENOSPC"


def test_without_rights_even_the_master_of_a_namespace_cannot_mount(tmp_path):
    own, deed = USERS.format("libc.NEWNS"), "libc.mount('tmpfs', argument[0], 'tmpfs')"
    assert seen(own, deed, tmp_path) == "None"
    assert seen(own + "; libc.capabilities()", deed, tmp_path) == "EPERM"


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "value", "deed", "held"),
    [
        ("AS", 2**28, "len(bytearray(2**28)) > 0", "MemoryError"),
        ("FSIZE", 2**10, "Path(argument[0], 'new').write_bytes(bytes(2**11)) > 0", "EFBIG"),
        ("NOFILE", 8, "len([os.dup(1) for _ in range(9)]) > 0", "EMFILE"),
        ("NPROC", 4, "len([threading.Thread(target=time.sleep, args=[1]).start() "
         "for _ in range(5)]) > 0", "RuntimeError"),
    ],
)  # fmt: skip
def test_a_limit_holds(tmp_path, limit, value, deed, held):
    # Outside, this user has many processes, and root is not counted: a namespace, from nobody.
    nobody = "os.geteuid() or confinement._become_nobody(); libc.unshare(libc.NEWUSER)"
    users = nobody if limit == "NPROC" else "pass"
    assert seen(users, deed, tmp_path) == "True"
    (tmp_path / "new").unlink(missing_ok=True)
    put = f"{users}; resource.setrlimit(resource.RLIMIT_{limit}, ({value}, {value}))"
    assert seen(put, deed, tmp_path) == held


# --- what is seen ---------------------------------------------------------------------------------


def test_a_folder_that_somebody_develops_is_not_in_the_view(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    package = ROOT / "bnlab"
    paths = rootfs.readable(package)
    assert str(package) in paths
    assert not any(Path(path) in (ROOT / "bngrader" / "x").parents for path in paths)
    assert str(tmp_path) not in paths
    for path in paths:
        assert not any(other != path and Path(other) in Path(path).parents for other in paths)


@pytest.mark.parametrize(
    ("paths", "place"),
    [
        (["/usr/lib", "/tmpfiles"], "/tmp"),
        (["/tmp/clone/bnlab"], "/var/tmp"),
        (["/tmp/a", "/var/tmp/b", "/usr/tmp"], "/private"),
    ],
)
def test_the_private_folder_covers_nothing_that_is_needed(paths, place):
    assert rootfs.temporary(paths) == place


def test_a_worker_with_two_threads_does_not_settle(tmp_path):
    script = (
        f"{PRELUDE}\none = confinement.Confinement('none', Path(argument[0]), Path(argument[0]))\n"
        "threading.Thread(target=time.sleep, args=[1], daemon=True).start()\n"
        "try:\n    one.drop_privileges()\nexcept RuntimeError as error:\n    print(error)\n"
    )
    command = [sys.executable, "-I", "-S", "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "threads are 2, expected 1" in done.stdout
    assert "limits" in Confinement("none", tmp_path, tmp_path).mechanisms


def test_a_call_that_the_kernel_refuses_says_which():
    with pytest.raises(OSError, match="mount /nowhere: "):
        libc.mount("tmpfs", "/nowhere", "tmpfs")


def test_memory_in_large_pages_is_the_same_memory_and_as_much_of_it_as_is_said():
    """Where the kernel has no large pages to give, it says none."""
    data = "data = bytearray(os.urandom(2**24)); before = bytes(data); done = libc.gather_pages()"
    large = "sum(int(l.split()[1]) for l in open('/proc/self/smaps') if l.startswith('AnonHuge'))"
    said, found, same = seen(data, f"print(done, {large} * 1024, data == before)").split()[:3]
    assert 0 <= int(said) <= int(found)
    assert same == "True"
    assert int(said) % (2 * 2**20) == 0
