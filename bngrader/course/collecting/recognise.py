"""Which platform a folder comes from, and the things in it that get one line each."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from ...core.errors import GraderError
from ...core.text import printable
from . import blackboard, brightspace, canvas, classroom, gradescope, moodle, plain
from .archives import kind_of, opened
from .claims import Claim, Platform, Reading
from .content import could_be_ours, has_submission
from .nodes import SYSTEM, Node, UnreadableError

PLATFORMS: dict[str, Platform] = {
    module.NAME: module.read
    for module in (moodle, canvas, blackboard, brightspace, gradescope, classroom)
}
NAMES = (*PLATFORMS, plain.NAME)
"""What `--from` takes."""
MAX_LEVELS = 4
"""Folders above those of a platform that are looked into."""
NOTHING = "nothing in it belongs to a submission."


@dataclass
class Thing:
    """One line of the report: an archive, or loose files that were handed in together.

    Attributes:
        claim: whose it is; None if that does not matter.
        files: loose files, with the names that the learner gave them.
        archive: an archive.
        folder: the download that it lies in; numbers are unique there.
        note: what it is, if nothing is to be taken from it and that is right.
        problem: why nothing can be taken from it.
        paths: the files that it is about.
    """

    shown: str
    folder: str
    claim: Claim | None = None
    files: tuple[tuple[str, Node], ...] = ()
    archive: Node | None = None
    note: str = ""
    problem: str = ""
    paths: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.paths:
            nodes = [node for _, node in self.files] + [self.archive] * (self.archive is not None)
            self.paths = tuple(node.path for node in nodes if node)


class Recogniser:
    """Finds the things in downloads.

    Args:
        platform: the platform that they come from, "" to recognise it.
        stack: closes the archives that are opened.
    """

    def __init__(self, platform: str, stack: ExitStack) -> None:
        if platform and platform not in NAMES:
            raise GraderError(f"{platform!r} is no platform, expected one of {', '.join(NAMES)}.")
        self._wanted = platform
        self._stack = stack
        self._open: dict[int, Node | None] = {}

    def things(self, place: Node) -> list[Thing]:
        """Return what is in a file or folder that was given on the command line."""
        if not place.is_folder:
            return self._scan(Node("", "", children=[place]))
        if (
            self._wanted in ("", plain.NAME)
            and not self._reading(place).claims
            and not self._all_downloads(place)
            and _is_one_learner(place)
        ):
            return self._plain(Node("", "", children=[place]))
        return self._scan(place)

    def _scan(self, folder: Node, level: int = 0) -> list[Thing]:
        if self._wanted == plain.NAME:
            return self._plain(folder)
        reading = self._reading(folder)
        if not reading.claims and not self._all_downloads(folder):
            if not self._wanted:
                return self._plain(folder)
            reading.claims = {}
        found = []
        for at, child in enumerate(folder.children):
            inner = None if at in reading.claims else self._download(child)
            if at not in reading.notes and inner and level < MAX_LEVELS:
                found += self._scan(inner, level + 1)
            else:
                found += self._child(folder, child, reading.claims.get(at), reading.notes.get(at))
        return _grouped(found)

    def _reading(self, folder: Node) -> Reading:
        """Return what the platform that explains most names in a folder says about them."""
        if self._wanted:
            return Reading() if self._wanted == plain.NAME else PLATFORMS[self._wanted](folder)
        readings = [platform(folder) for platform in PLATFORMS.values()]
        alone = [
            sum(not any(at in o.claims for o in readings if o is not each) for at in each.claims)
            for each in readings
        ]
        best = max(alone)
        merged = Reading()
        for each, count in zip(readings, alone, strict=True):
            if not count and best:
                continue  # a learner may name a file after another platform
            for at, claim in each.claims.items():
                if at in merged.claims:
                    why = "the name fits two platforms; say which with --from."
                    claim = Claim(claim.platform, name=folder.children[at].name, why=why)
                merged.claims[at] = claim
            if each.claims:
                merged.notes |= each.notes
        return merged

    def _download(self, node: Node) -> Node | None:
        """Return the content of a folder or archive if names of a platform are in it."""
        if id(node) not in self._open:
            with ExitStack() as stack:
                inner: Node | None = node
                if not node.is_folder:
                    archive = kind_of(node.name) == "zip" and not node.problem
                    try:
                        inner = opened(node, stack, trusted=True) if archive else None
                    except UnreadableError:
                        inner = None
                if inner and not self._reading(inner).claims and not self._all_downloads(inner):
                    inner = None
                if inner:
                    self._stack.enter_context(stack.pop_all())
            self._open[id(node)] = inner
        return self._open[id(node)]

    def _all_downloads(self, folder: Node) -> bool:
        """Return whether everything in a folder is a download of a platform.

        A learner could pack what looks like one; beside the work of others it is not believed.
        """
        inside = [child for child in folder.children if child.problem != SYSTEM]
        return bool(inside) and all(self._download(child) for child in inside)

    def _plain(self, folder: Node, level: int = 0) -> list[Thing]:
        found = []
        for child, claim in zip(folder.children, plain.owners(folder.children), strict=True):
            if (
                child.is_folder
                and child.children
                and plain.names_no_person(child.name)
                and (not has_submission(child) or _people(child))
                and level < MAX_LEVELS
            ):
                found += self._plain(child, level + 1)
            elif self._wanted != plain.NAME and self._download(child):
                said = "it looks like a download of a platform; collect it by itself."
                found.append(Thing(child.shown, folder.path, problem=said, paths=_paths(child)))
            else:
                found += self._child(folder, child, claim, None)
        return _grouped(found)

    def _child(
        self, folder: Node, child: Node, claim: Claim | None, note: str | None
    ) -> list[Thing]:
        """Return the things in one child of a folder."""
        if note or child.problem == SYSTEM:
            return [Thing(child.shown, folder.path, note=note or SYSTEM, paths=_paths(child))]
        if child.problem:
            return [Thing(child.shown, folder.path, problem=child.problem, paths=_paths(child))]
        claim = claim or Claim(self._wanted, why="no name of a platform.")
        if child.is_folder:
            return _in_folder(folder, child, claim)
        if kind_of(child.name) is not None:
            return [Thing(child.shown, folder.path, claim, archive=child)]
        name = claim.file or child.name
        return [Thing(child.shown, folder.path, claim, files=((name, child),))]


def _in_folder(folder: Node, child: Node, claim: Claim) -> list[Thing]:
    """Return the things in the folder of one owner: each archive, and all loose files."""
    files = [node for node in child.walk() if node.problem != SYSTEM]
    skip = len(child.path) + 1
    loose = tuple((node.path[skip:], node) for node in files if kind_of(node.name) is None)
    archives = [node for node in files if kind_of(node.name) is not None]
    if has_submission(child) and any(
        each.is_folder and each.name.casefold() in ("bnlab", "exercises") for each in child.children
    ):  # the whole folder of a learner; what lies in its submissions/ was handed in before
        loose, archives = tuple((node.path[skip:], node) for node in files), []
    if claim.platform == plain.NAME:
        ours = [name for name, _ in loose if could_be_ours(name)]
        claim = _of_one(child, claim, archives, ours + [node.path[skip:] for node in archives])
    found = [Thing(node.shown, folder.path, claim, archive=node) for node in archives]
    if loose or not found:
        found.append(Thing(child.shown, folder.path, claim, files=loose))
    system = [node for node in child.walk() if node.problem == SYSTEM]
    if system:
        paths = tuple(node.path for node in system)
        found.append(Thing(system[0].shown, folder.path, note=SYSTEM, paths=paths))
    return found


def _people(folder: Node) -> list[str]:
    """Return the names of several people that the folders of loose submissions have."""
    skip = len(folder.path) + 1
    names = [node.path[skip:] for node in folder.walk()]
    return plain.people_in(filter(could_be_ours, names))


def _of_one(child: Node, claim: Claim, archives: list[Node], paths: list[str]) -> Claim:
    """Return a claim that asks if the names in a folder are those of several people."""
    people = {plain.owner(node).learner.casefold() for node in archives} - {""}
    if len(people) > 1:
        return Claim(plain.NAME, name=child.name, why="its archives name several people.")
    if several := plain.people_in(paths):
        names = ", ".join(map(printable, several[:3]))
        why = f"its folders may be those of several people ({names}): collect it by itself."
        return Claim(plain.NAME, name=child.name, why=why)
    return claim


def _paths(node: Node) -> tuple[str, ...]:
    return tuple(each.path for each in node.walk()) or (node.path,)


def _grouped(things: list[Thing]) -> list[Thing]:
    """Put loose files of one owner, which lie side by side, into one thing."""
    found: list[Thing] = []
    groups: dict[tuple[object, ...], Thing] = {}
    for thing in things:
        single = len(thing.files) == 1 and thing.claim is not None and thing.claim.file
        if not single or not could_be_ours(thing.files[0][0]):
            found.append(thing)
            continue
        key = (thing.folder, *thing.claim.key)  # type: ignore[union-attr]
        if key in groups:
            groups[key].files += thing.files
            groups[key].paths += thing.paths
            groups[key].shown += f", {thing.files[0][1].name}"
        else:
            groups[key] = thing
            found.append(thing)
    return found


def _is_one_learner(place: Node) -> bool:
    """Return whether a folder is the work of one learner, and not that of a class."""
    names = {child.name.casefold() for child in place.children}
    own = any(
        could_be_ours(child.name) and not plain.owner(child).learner
        for child in place.children
        if not child.is_folder
    )
    units = [e for e in place.children if e.is_folder and plain.names_no_person(e.name)]
    return (
        own
        or bool(names & {"bnlab", "exercises"})
        or (bool(units) and all(has_submission(each) for each in units) and not _people(place))
    )
