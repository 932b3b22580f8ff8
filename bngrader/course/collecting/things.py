"""The things in a download that get one line each, and those in the folder of one owner."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...core.text import printable
from . import plain
from .archives import kind_of
from .claims import Claim
from .content import could_be_ours, has_submission
from .nodes import SYSTEM, Node

PLATFORM_TEXTS = "texts that the platform writes beside what the learner sent."


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


def in_folder(folder: Node, child: Node, claim: Claim) -> list[Thing]:
    """Return the things in the folder of one owner: each archive, and all loose files."""
    sent = next((each for each in child.children if each.name == claim.inside), None)
    if claim.inside and sent:
        rest = tuple(
            node.path for each in child.children if each is not sent for node in each.walk()
        )
        told = [Thing(child.shown, folder.path, note=PLATFORM_TEXTS, paths=rest)] if rest else []
        return told + in_folder(folder, sent, replace(claim, inside=""))
    if claim.platform == plain.NAME and (attempts := _counted(child)):
        claim = _of_attempts(child, claim, [each for _, each in attempts])
        found = []
        for (number, late), each in attempts:
            one = replace(claim, order=("count", number), late=late)
            found += in_folder(folder, each, one)
        others = _without(child, [each for _, each in attempts])
        return found + (in_folder(folder, others, claim) if any(others.walk()) else [])
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


def _counted(folder: Node) -> list[tuple[tuple[int, bool], Node]]:
    """Return the folders in which a platform puts the attempts of one learner."""
    found = []
    for child in folder.children:
        if child.is_folder:
            number = plain.counted(child.name)
            found += [(number, child)] if number else _counted(child)
    return found


def _of_attempts(child: Node, claim: Claim, attempts: list[Node]) -> Claim:
    """Return a claim that asks if the folders above the attempts are those of several people."""
    skip = len(child.path) + 1
    return _unless_several(child, claim, [f"{each.path[skip:]}/" for each in attempts])


def _without(folder: Node, left_out: list[Node]) -> Node:
    """Return a folder without some of the folders in it."""
    children = [each for each in folder.children if not any(each is other for other in left_out)]
    inner = [_without(each, left_out) if each.is_folder else each for each in children]
    return replace(folder, children=inner)


def people_below(folder: Node) -> list[str]:
    """Return the names of people in a folder: of its files, or of the folders of submissions."""
    skip = len(folder.path) + 1
    nodes = [node for node in folder.walk() if node.problem != SYSTEM]
    nodes = [node for node in nodes if could_be_ours(node.name) or kind_of(node.name) is not None]
    works = [node.path[skip:] for node in nodes]
    if named := plain.named_by(node for node in nodes if "/" not in node.path[skip:]):
        return sorted(named)
    return plain.people_in(works) or plain.first_names(works)


def names_people(folder: Node) -> bool:
    """Return whether a folder or a file of a loose submission is called after a person."""
    skip = len(folder.path) + 1
    works = [node for node in folder.walk() if could_be_ours(node.path[skip:])]
    return bool(plain.named_by(works) or plain.first_names(node.path[skip:] for node in works))


def _of_one(child: Node, claim: Claim, archives: list[Node], paths: list[str]) -> Claim:
    """Return a claim that asks if the names in a folder are those of several people."""
    if len(plain.named_by(archives)) > 1:
        return Claim(plain.NAME, name=child.name, why="its archives name several people.")
    return _unless_several(child, claim, paths)


def _unless_several(child: Node, claim: Claim, paths: list[str]) -> Claim:
    if several := plain.people_in(paths):
        names = ", ".join(map(printable, several[:3]))
        why = f"its folders may be those of several people ({names}): collect it by itself."
        return Claim(plain.NAME, name=child.name, why=why)
    return claim


def paths_of(node: Node) -> tuple[str, ...]:
    return tuple(each.path for each in node.walk()) or (node.path,)


def grouped(things: list[Thing]) -> list[Thing]:
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
