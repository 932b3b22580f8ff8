"""Run the steps of `container/Containerfile` without a container engine, and try the result.

    debootstrap --variant=minbase bookworm ROOT http://deb.debian.org/debian
    python -m tools.container build ROOT [--wheels DIR]
    python -m tools.container run ROOT [--rights docker|docker-without-landlock] COMMAND...

ROOT is a folder with the packages of the image that FROM names. Each step runs in namespaces of its
own with ROOT as its root, as root. `run` starts the program of ENTRYPOINT, without a network, with
the rights that Docker gives to root by default (`tests/helpers/docker_rights.py`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "container" / "Containerfile"
RIGHTS = ROOT / "tests" / "helpers" / "docker_rights.py"
ENTER = """
set -e
root=$1; wheels=$2; folder=$3; shift 3
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs dev "$root/dev"
for each in null zero urandom random; do
  touch "$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"
done
mkdir -p "$root/dev/shm" "$root/.old" "$root/.wheels"
mount --rbind /sys "$root/sys"
if [ -n "$wheels" ]; then mount --bind "$wheels" "$root/.wheels"; fi
cd "$root"
pivot_root . .old
umount -l /.old
cd "$folder"
exec "$@"
"""
"""Make a folder the root of this mount namespace, as a container engine does."""


def steps(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Containerfile with their arguments."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(line.split()[0], line.partition(" ")[2]) for line in whole.splitlines() if line]


def state(wanted: list[tuple[str, str]]) -> tuple[dict[str, str], str]:
    """Return the environment and the folder after some steps."""
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    environment |= {"HOME": "/root", "LC_ALL": "C.UTF-8"}
    folder = "/"
    for name, rest in wanted:
        if name == "ENV":
            environment |= dict(each.split("=", 1) for each in rest.split())
        elif name == "WORKDIR":
            folder = rest
    return environment, folder


def enter(
    root: Path, command: list[str], environment: dict[str, str], folder: str, *, wheels: str = "",
    network: bool = True,
) -> int:  # fmt: skip
    """Run a command in the root and return its exit code."""
    spaces = ["unshare", "--mount", "--pid", "--fork", "--ipc", "--uts"]
    spaces += [] if network else ["--net"]
    inside = ["bash", "-c", ENTER, "enter", str(root), wheels, folder]
    return subprocess.run([*spaces, *inside, *command], env=environment).returncode


def copy(root: Path, folder: str) -> None:
    """Copy the repository as `COPY . .` does, without what .dockerignore lists."""
    names = (ROOT / ".dockerignore").read_text("utf-8").split()
    ignored = shutil.ignore_patterns(*(name.removeprefix("**/") for name in names))
    shutil.copytree(ROOT, root / folder.lstrip("/"), ignore=ignored, dirs_exist_ok=True)


def build(root: Path, wheels: str) -> int:
    """Run the steps; `wheels` is a folder of packages for pip, for machines with a mirror."""
    wanted = steps(FILE.read_text("utf-8"))
    for path in ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt"):
        (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, root / path[1:])
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "tmp" / "ca.crt")
    for at, (name, rest) in enumerate(wanted):
        environment, folder = state(wanted[: at + 1])
        environment |= {"PIP_CERT": "/tmp/ca.crt"}
        if wheels:  # they take the place of the index that the Containerfile names
            environment |= {"PIP_FIND_LINKS": "/.wheels", "PIP_EXTRA_INDEX_URL": ""}
        print(f"{name} {rest}", flush=True)
        if name == "WORKDIR":
            (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif name == "COPY":
            copy(root, folder)
        elif name == "RUN" and enter(root, ["sh", "-c", rest], environment, folder, wheels=wheels):
            print(f"container: the step failed: {rest}", file=sys.stderr)
            return 1
    return 0


def run(root: Path, rights: str, command: list[str]) -> int:
    """Run the program of the image."""
    wanted = steps(FILE.read_text("utf-8"))
    environment, folder = state(wanted)
    program = json.loads(dict(wanted)["ENTRYPOINT"])
    before = []
    if rights:
        shutil.copy(RIGHTS, root / "opt" / RIGHTS.name)
        before = ["/usr/bin/python3", f"/opt/{RIGHTS.name}"]
        before += ["--no-landlock"] if rights == "docker-without-landlock" else []
    return enter(root, [*before, *program, *command], environment, folder, network=False)


def main(arguments: list[str] | None = None) -> int:
    """Build or run; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.container", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=("build", "run"))
    parser.add_argument("root", type=Path)
    parser.add_argument("--wheels", default="", metavar="DIR")
    parser.add_argument("--rights", choices=("docker", "docker-without-landlock"), default="")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if os.geteuid() != 0:
        print("container: namespaces and mounts need root.", file=sys.stderr)
        return 2
    root = options.root.resolve()
    if options.what == "build":
        return build(root, options.wheels)
    return run(root, options.rights, options.command)


if __name__ == "__main__":
    sys.exit(main())
