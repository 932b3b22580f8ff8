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
    ("action", "unconfined"),
    [
        ("Path(argument[0], 'shut', 'file').read_text()", "words"),
        ("os.listdir(argument[0] + '/shut')", "['file']"),
        ("Path(argument[0], 'open', 'new').write_text('x')", "1"),
        ("os.unlink(argument[0] + '/open/file')", "None"),
        ("os.truncate(argument[0] + '/open/file', 1)", "None"),
        ("os.posix_spawn('/bin/true', ['true'], {}) > 0", "True"),
    ],
)
def test_landlock_reads_allowed_paths_only_and_writes_nothing(tmp_path, action, unconfined):
    for name in ("open", "shut"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("words")
    mechanism = NO_NEW + "landlock.restrict([argument[0] + '/open'])"
    assert seen(mechanism, "Path(argument[0], 'open', 'file').read_text()", tmp_path) == "words"
    assert seen(mechanism, action, tmp_path) == "EACCES"
    assert seen("", action, tmp_path) == unconfined


def test_landlock_writes_to_writable_paths(tmp_path):
    mechanism = NO_NEW + "landlock.restrict([], [argument[0]])"
    assert seen(mechanism, "Path(argument[0], 'new').write_text('x')", tmp_path) == "1"


def test_landlock_hides_what_is_left_out_of_everything_by_every_path(tmp_path):
    """A link beside the hidden folder leads to it."""
    for name in ("open", "shut"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("words")
    (tmp_path / "link").symlink_to(tmp_path / "shut")
    mechanism = NO_NEW + "landlock.restrict_reading(rootfs.everything_but([argument[0] + '/shut']))"
    for name, expected in (("open", "words"), ("shut", "EACCES"), ("link", "EACCES")):
        action = f"Path(argument[0], '{name}', 'file').read_text()"
        assert seen(mechanism, action, tmp_path) == expected
        assert seen("", action, tmp_path) == "words"
    write = "Path(argument[0], 'shut', 'file').write_text('x')"
    assert seen(mechanism, write, tmp_path) == "1"


@pytest.mark.parametrize(
    ("abi", "action", "held", "unconfined"),
    [
        (4, "socket.create_connection(('127.0.0.1', int(argument[0]))) and 1", "EACCES", "1"),
        (6, "socket.socket(socket.AF_UNIX).connect('\\0' + argument[1])", "EPERM", "None"),
        (6, "os.kill(int(argument[2]), 0)", "EPERM", "None"),
    ],
)
def test_landlock_reaches_no_socket_and_no_process_outside(abi, action, held, unconfined):
    name = f"bngrader-test-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0" + name)
        abstract.listen()
        arguments = (tcp.getsockname()[1], name, os.getpid())
        assert seen("", action, *arguments) == unconfined
        expected = held if landlock.abi() >= abi else unconfined
        assert seen(NO_NEW + "landlock.restrict([])", action, *arguments) == expected


# --- namespaces -----------------------------------------------------------------------------------


def test_pid_namespace_shows_no_other_process():
    assert seen("first_process()", "os.getpid()") == "1"
    assert seen("first_process()", "os.kill(int(argument[0]), 0)", os.getpid()) == "ESRCH"
    assert seen("", "os.kill(int(argument[0]), 0)", os.getpid()) == "None"


@pytest.mark.parametrize(("mechanism", "survives"), [("first_process()", False), ("pass", True)])
def test_pid_namespace_ends_all_its_processes_with_the_first(mechanism, survives):
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


def test_network_namespace_reaches_no_listener():
    action = "socket.create_connection(('127.0.0.1', int(argument[0])), 5) and 1"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert seen(USERS.format("libc.NEWNET"), action, port) in ("ENETUNREACH", "ECONNREFUSED")
        assert seen("", action, port) == "1"


def test_rootfs_holds_the_given_paths_read_only_and_hides_proc(tmp_path):
    given_, folder = tmp_path / "given", tmp_path / "root"
    given_.mkdir()
    folder.mkdir()
    (given_ / "file").write_text("words")
    (given_ / "folder" / "more").mkdir(parents=True)
    mechanism = USERS.format("libc.NEWNS") + "; rootfs.build(argument[1], [argument[0]])"
    hidden = "[argument[0] + name for name in ('/file', '/folder', '/missing')]"
    covered = f"{mechanism}; rootfs.cover({hidden})"
    read, write = "Path(argument[0], 'file').read_text()", "Path(argument[0], 'new').touch()"
    assert seen(mechanism, read, given_, folder) == "words"
    assert seen(mechanism, write, given_, folder) == "EROFS"
    assert seen(mechanism, "os.mkdir('/new')", given_, folder) == "EROFS"
    assert seen(mechanism, "os.stat('/etc/passwd')", given_, folder) == "ENOENT"
    assert seen(mechanism, "len(os.listdir('/proc')) > 20", given_, folder) == "True"
    assert seen(covered, "os.listdir('/proc')", given_, folder) == "[]"
    assert seen(covered, read, given_, folder) == ""
    assert seen(covered, "os.listdir(argument[0] + '/folder')", given_, folder) == "[]"
    assert list(folder.iterdir()) == []
    assert seen("", write, given_, folder) == "None"


def test_private_folder_limits_bytes_and_files():
    mechanism = USERS.format("libc.NEWNS") + "; rootfs.private_folder('/tmp')"
    assert seen(mechanism, "os.listdir('/tmp')") == "[]"
    assert seen(mechanism, "Path('/tmp/one').write_bytes(bytes(63 * 2**20))") == str(63 * 2**20)
    assert seen(mechanism, "Path('/tmp/one').write_bytes(bytes(65 * 2**20))") == "ENOSPC"
    assert seen(mechanism, "[Path(f'/tmp/{i}').touch() for i in range(4096)]") == "ENOSPC"


def test_capabilities_dropped_in_a_namespace_deny_mounting(tmp_path):
    own, action = USERS.format("libc.NEWNS"), "libc.mount('tmpfs', argument[0], 'tmpfs')"
    assert seen(own, action, tmp_path) == "None"
    assert seen(own + "; libc.capabilities()", action, tmp_path) == "EPERM"


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "value", "action", "held"),
    [
        ("AS", 2**28, "len(bytearray(2**28)) > 0", "MemoryError"),
        ("FSIZE", 2**10, "Path(argument[0], 'new').write_bytes(bytes(2**11)) > 0", "EFBIG"),
        ("NOFILE", 8, "len([os.dup(1) for _ in range(9)]) > 0", "EMFILE"),
        ("NPROC", 4, "len([threading.Thread(target=time.sleep, args=[1]).start() "
         "for _ in range(5)]) > 0", "RuntimeError"),
    ],
)  # fmt: skip
def test_resource_limit_holds(tmp_path, limit, value, action, held):
    # Outside, this user has many processes, and root is not counted: a namespace, from nobody.
    nobody = "os.geteuid() or confinement._become_nobody(); libc.unshare(libc.NEWUSER)"
    users = nobody if limit == "NPROC" else "pass"
    assert seen(users, action, tmp_path) == "True"
    (tmp_path / "new").unlink(missing_ok=True)
    put = f"{users}; resource.setrlimit(resource.RLIMIT_{limit}, ({value}, {value}))"
    assert seen(put, action, tmp_path) == held


# --- what is seen ---------------------------------------------------------------------------------


def test_rootfs_leaves_out_projects_under_development(tmp_path, monkeypatch):
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
def test_private_folder_hides_no_path_of_the_root(paths, place):
    assert rootfs.temporary(paths) == place


def test_drop_privileges_refuses_a_worker_with_two_threads(tmp_path):
    script = (
        f"{PRELUDE}\none = confinement.Confinement('none', Path(argument[0]), Path(argument[0]))\n"
        "threading.Thread(target=time.sleep, args=[1], daemon=True).start()\n"
        "try:\n    one.drop_privileges()\nexcept RuntimeError as error:\n    print(error)\n"
    )
    command = [sys.executable, "-I", "-S", "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "threads are 2, expected 1" in done.stdout
    assert "limits" in Confinement("none", tmp_path, tmp_path).mechanisms


def test_libc_error_names_the_call():
    with pytest.raises(OSError, match="mount /nowhere: "):
        libc.mount("tmpfs", "/nowhere", "tmpfs")


def test_gather_pages_keeps_the_memory_and_returns_its_size():
    """Where the kernel has no large pages to give, it says none."""
    data = "data = bytearray(os.urandom(2**24)); before = bytes(data); done = libc.gather_pages()"
    large = "sum(int(l.split()[1]) for l in open('/proc/self/smaps') if l.startswith('AnonHuge'))"
    said, found, same = seen(data, f"print(done, {large} * 1024, data == before)").split()[:3]
    assert 0 <= int(said) <= int(found)
    assert same == "True"
    assert int(said) % (2 * 2**20) == 0
