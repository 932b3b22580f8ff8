"""The recipe for containers, and the program that runs its steps: the parts without a network."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bngrader.core.solutions import ROOT
from tools import container

CAN_MOUNT = os.geteuid() == 0 and shutil.which("unshare") is not None and (
    subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0
)  # fmt: skip
PROGRAMS = ("sh", "bash", "mount", "umount", "printenv", "cat", "ls", "mkdir", "touch")
RECIPE = """\
# a comment
FROM debian
RUN printenv > /first && \\
    ls -a /.wheels >> /first
WORKDIR /opt/here
COPY . .
ARG COLOR=red
ENV COURSE=/course
RUN printenv > seen && cat /proc/net/dev > network
ENTRYPOINT ["sh", "-c"]
"""


def environment(path):
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture
def small_system(tmp_path):
    """A root with a shell, and the libraries that it needs."""
    root = tmp_path / "root"
    for folder in ("bin", "etc", "proc", "sys", "dev", "tmp"):
        (root / folder).mkdir(parents=True)
    for name in PROGRAMS:
        program = Path(shutil.which(name))
        shutil.copy(program.resolve(), root / "bin" / name)
        listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for word in listed.split():
            if word.startswith("/") and not (root / word[1:]).exists():
                (root / word[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(word, root / word[1:])
    return root


@pytest.fixture
def small_recipe(tmp_path, monkeypatch):
    """A recipe of our own, and a folder to copy."""
    source = tmp_path / "source"
    for name in (
        ".git/config",
        "course/secret",
        "package/course/x.py",
        "package/__pycache__/x.pyc",
    ):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("x")
    (source / ".dockerignore").write_text(".git\ncourse\n**/__pycache__\n")
    (source / "Containerfile").write_text(RECIPE)
    monkeypatch.setattr(container, "ROOT", source)
    monkeypatch.setattr(container, "FILE", source / "Containerfile")
    return source


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_copy_leaves_out_the_folder_of_the_course_and_no_package_of_that_name(
    small_recipe, tmp_path
):
    container.copy(small_recipe, tmp_path / "copy")
    assert files(tmp_path / "copy") == {".dockerignore", "Containerfile", "package/course/x.py"}


def test_the_repository_is_copied_with_every_package_and_without_a_course_or_a_secret(tmp_path):
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    container.copy(ROOT, tmp_path / "copy")
    copied = files(tmp_path / "copy")
    assert {name for name in tracked if name and (ROOT / name).is_file()} <= copied
    tops = {name.split("/")[0] for name in copied}
    assert not tops & {".git", ".venv", "_build", "course"}


@pytest.mark.skipif(not CAN_MOUNT, reason="needs root and namespaces")
def test_each_step_runs_in_the_root_with_the_environment_so_far(small_system, small_recipe):
    wheels = small_recipe / "wheels"
    wheels.mkdir()
    (wheels / "torch.whl").write_text("")
    command = ["build", str(small_system), "--wheels", str(wheels), "--build-arg", "COLOR=blue"]
    assert container.main(command) == 0
    first = (small_system / "first").read_text("utf-8")
    assert "torch.whl" in first.split()
    assert "COLOR" not in first
    seen = environment(small_system / "opt/here/seen")
    assert (seen["COLOR"], seen["COURSE"], seen["PWD"]) == ("blue", "/course", "/opt/here")
    assert (seen["PIP_NO_INDEX"], seen["PIP_FIND_LINKS"]) == ("1", "/.wheels")
    assert (small_system / "opt/here/package/course/x.py").exists()


@pytest.mark.skipif(not CAN_MOUNT, reason="needs root and namespaces")
def test_the_program_runs_without_a_network_and_without_the_values_of_the_build(
    small_system, small_recipe, capfd
):
    assert container.main(["build", str(small_system)]) == 0
    seen = environment(small_system / "opt/here/seen")
    assert seen["COLOR"] == "red"
    assert not {"PIP_NO_INDEX", "PIP_FIND_LINKS"} & seen.keys()
    capfd.readouterr()
    assert container.main(["run", str(small_system), "printenv; cat /proc/net/dev; exit 3"]) == 3
    lines = capfd.readouterr().out.splitlines()
    assert "COURSE=/course" in lines
    assert not [line for line in lines if line.startswith(("COLOR=", "PIP_"))]
    cards = [
        line.split(":")[0].strip() for line in lines if line.count(":") == 1 and "|" not in line
    ]
    assert cards == ["lo"]


@pytest.mark.skipif(not CAN_MOUNT, reason="needs root and namespaces")
def test_a_step_that_fails_ends_the_build_and_is_named(small_system, small_recipe, capfd):
    (small_recipe / "Containerfile").write_text("FROM debian\nRUN exit 4\nRUN touch /later\n")
    assert container.main(["build", str(small_system)]) == 1
    assert "the step failed: exit 4" in capfd.readouterr().err
    assert not (small_system / "later").exists()


def test_pip_takes_a_package_from_the_folder_and_asks_no_index(tmp_path):
    with zipfile.ZipFile(tmp_path / "dull-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            "dull-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: dull\nVersion: 1.0\n"
        )
        wheel.writestr("dull-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("dull-1.0.dist-info/RECORD", "")
    settings = container.pip_settings(str(tmp_path)) | {"PIP_FIND_LINKS": str(tmp_path)}
    del settings["PIP_CERT"]
    settings |= {"PIP_CONFIG_FILE": os.devnull, "PIP_EXTRA_INDEX_URL": "http://127.0.0.1:9/simple"}
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps"]
    for name, code in (("dull", 0), ("missing", 1)):
        done = subprocess.run(
            [*command, name], env={"PATH": os.environ["PATH"], **settings}, timeout=60,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert ("Would install dull-1.0" in done.stdout) is (name == "dull")
        assert "Retrying" not in done.stderr
        assert "127.0.0.1" not in done.stdout + done.stderr


def test_an_index_that_cannot_be_reached_is_asked_once(tmp_path):
    settings = container.pip_settings("") | {"PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    del settings["PIP_CERT"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "missing"], timeout=60,
        env={"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull, **settings},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "127.0.0.1" in done.stdout + done.stderr
    assert "Retrying" not in done.stderr


@pytest.mark.parametrize(
    ("more", "message"),
    [(["--wheels", "no/such"], "there is no folder no/such"),
     (["--build-arg", "COLOR"], "expected NAME=VALUE")],
)  # fmt: skip
def test_an_option_that_cannot_work_is_refused_before_the_first_step(
    tmp_path, small_recipe, capsys, more, message
):
    (tmp_path / "root" / "etc").mkdir(parents=True)
    assert container.main(["build", str(tmp_path / "root"), *more]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_without_a_system_is_refused(tmp_path, capsys):
    assert container.main(["build", str(tmp_path)]) == 2
    assert "make it with debootstrap" in capsys.readouterr().err
