"""Run the steps of `container/Containerfile` without a container engine, and try the result.

    debootstrap --variant=minbase bookworm ROOT http://deb.debian.org/debian
    python -m tools.container build ROOT [--wheels DIR] [--build-arg NAME=VALUE]
    python -m tools.container run [--rights docker|docker-without-landlock] ROOT COMMAND...

ROOT is a folder with the packages of the image that FROM names. Each step runs in namespaces of its
own with ROOT as its root, as root. `run` starts the program of ENTRYPOINT, without a network; with
--rights it has the rights that Docker gives to root by default (`tests/helpers/docker_rights.py`).

pip takes packages from the indexes that the recipe names, and does not ask an index again that
cannot be reached. --build-arg PIP_EXTRA_INDEX_URL= leaves the ordinary index alone. With --wheels
pip asks no index and takes packages from DIR only, which this command fills:

    pip download -d DIR --only-binary :all: --python-version 3.11.2 -r requirements.txt setuptools

3.11.2 is the Python of bookworm; a later one may choose packages that it cannot use.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "container" / "Containerfile"
RIGHTS = ROOT / "tests" / "helpers" / "docker_rights.py"
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
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


def state(
    wanted: list[tuple[str, str]], arguments: dict[str, str] | None = None
) -> tuple[dict[str, str], str]:
    """Return the environment and the folder after some steps.

    ARG counts while the image is built, that is where `arguments` is given; its values go before
    the defaults of the recipe.
    """
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    environment |= {"HOME": "/root", "LC_ALL": "C.UTF-8"}
    folder = "/"
    for name, rest in wanted:
        if name == "ENV":
            environment |= dict(each.split("=", 1) for each in rest.split())
        elif name == "ARG" and arguments is not None:
            key, _, default = rest.partition("=")
            environment[key] = arguments.get(key, default)
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


def copy(source: Path, target: Path) -> None:
    """Copy a folder as `COPY . .` does, without what its .dockerignore lists.

    A name counts in the folder itself, and with `**/` before it in every folder below too.
    """
    names = (source / ".dockerignore").read_text("utf-8").split()
    deep = [name.removeprefix("**/") for name in names if name.startswith("**/")]

    def ignored(folder: str, found: list[str]) -> set[str]:
        here = deep + (names if Path(folder) == source else [])
        return {each for each in found if any(fnmatch(each, pattern) for pattern in here)}

    shutil.copytree(source, target, ignore=ignored, symlinks=True, dirs_exist_ok=True)


def pip_settings(wheels: str) -> dict[str, str]:
    """Return what pip is told in each step, beside what the recipe says."""
    settings = {"PIP_CERT": "/tmp/ca.crt", "PIP_RETRIES": "0"}
    return settings | ({"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/.wheels"} if wheels else {})


def build(root: Path, wheels: str, arguments: dict[str, str]) -> int:
    """Run the steps; return the exit code."""
    wanted = steps(FILE.read_text("utf-8"))
    for source, target in (("/etc/resolv.conf", "etc/resolv.conf"), (AUTHORITIES, "tmp/ca.crt")):
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, root / target)
    for at, (name, rest) in enumerate(wanted):
        environment, folder = state(wanted[: at + 1], arguments)
        environment |= pip_settings(wheels)
        print(f"{name} {rest}", flush=True)
        if name == "WORKDIR":
            (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif name == "COPY":
            copy(ROOT, root / folder.lstrip("/"))
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


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    whole = argparse.ArgumentParser(prog="python -m tools.container", description=__doc__)
    whole.formatter_class = argparse.RawDescriptionHelpFormatter
    both = whole.add_subparsers(dest="what", required=True)
    one = both.add_parser("build", help="run the steps of the recipe")
    one.add_argument("root", type=Path)
    one.add_argument("--wheels", default="", metavar="DIR", help="a folder of packages for pip")
    one.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE",
                     help="a value for ARG")  # fmt: skip
    one = both.add_parser("run", help="run the program of the image")
    one.add_argument("--rights", choices=("docker", "docker-without-landlock"), default="")
    one.add_argument("root", type=Path)
    one.add_argument("command", nargs=argparse.REMAINDER)
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Build or run; return the exit code."""
    options = parser().parse_args(arguments)
    root = options.root.resolve()
    problem = "" if os.geteuid() == 0 else "namespaces and mounts need root."
    if not (root / "etc").is_dir():
        problem = f"{root} holds no system; make it with debootstrap, see --help."
    if options.what == "build":
        if options.wheels and not Path(options.wheels).is_dir():
            problem = f"--wheels: there is no folder {options.wheels}."
        if strange := [each for each in options.build_arg if "=" not in each]:
            problem = f"--build-arg is {strange[0]}, expected NAME=VALUE."
    if problem:
        print(f"container: {problem}", file=sys.stderr)
        return 2
    if options.what == "build":
        wheels = str(Path(options.wheels).resolve()) if options.wheels else ""
        return build(root, wheels, dict(each.split("=", 1) for each in options.build_arg))
    return run(root, options.rights, options.command)


if __name__ == "__main__":
    sys.exit(main())
