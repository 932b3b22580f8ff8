"""Which platform a folder comes from, and the things in it that get one line each."""

from __future__ import annotations

from contextlib import ExitStack

from ...core.errors import GraderError
from ...core.text import printable
from . import (
    blackboard,
    brightspace,
    canvas,
    classroom,
    exchange,
    gradescope,
    ilias,
    moodle,
    plain,
    sakai,
)
from .archives import kind_of, opened
from .claims import Claim, Platform, Reading
from .content import could_be_ours, has_submission
from .nodes import SYSTEM, Node, UnreadableError
from .things import Thing, grouped, in_folder, names_people, paths_of, people_below

PLATFORMS: dict[str, Platform] = {
    module.NAME: module.read
    for module in (
        moodle,
        canvas,
        blackboard,
        brightspace,
        gradescope,
        sakai,
        ilias,
        classroom,
        exchange,
    )
}
NAMES = (*PLATFORMS, plain.NAME)
"""What `--from` takes."""
MAX_LEVELS = 4
"""Folders above those of a platform that are looked into."""


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
            inner = self._class_in(place) if self._wanted in ("", plain.NAME) else None
            return self._plain(inner) if inner else self._scan(Node("", "", children=[place]))
        if (
            self._wanted in ("", plain.NAME)
            and not self._reading(place).claims
            and not self._all_downloads(place)
            and _is_one_learner(place)
        ):
            return self._plain(Node("", "", children=[place]))
        only = self._only_folder(place)
        named = people_below(only) if only else []
        if only and len(named) > 1:
            return self.things(only)
        if only and named and not self._wanted and named[0].casefold() != only.name.casefold():
            why = f"{printable(only.name)} or {printable(named[0])} may be the name of the learner."
            claim = Claim(plain.NAME, name=only.name, why=why, also=(only.name, *named))
            return in_folder(place, only, claim)
        return self._scan(place)

    def _only_folder(self, place: Node) -> Node | None:
        """Return the folder that lies alone in a folder, as an unpacked zip leaves it.

        It is that of a class, or of the only learner who has handed in yet.
        """
        only = place.children[0] if len(place.children) == 1 else None
        if (
            only is None
            or not only.is_folder
            or only.problem
            or plain.names_no_person(only.name)
            or self._wanted not in ("", plain.NAME)
            or self._reading(place).claims
            or self._download(only)
        ):
            return None
        return only

    def _class_in(self, place: Node) -> Node | None:
        """Return the content of a zip that names nobody itself, and in which several people are.

        Only what the teacher names on the command line is opened so; a learner may pack anything.
        """
        if kind_of(place.name) != "zip" or plain.owner(place).learner or self._download(place):
            return None
        try:
            inner = opened(place, self._stack, trusted=True)
        except UnreadableError:
            return None
        folder = inner
        while len(folder.children) == 1 and folder.children[0].is_folder:
            folder = folder.children[0]
        people = {claim.learner.casefold() for claim in plain.owners(folder.children)} - {""}
        several = len(people) > 1 or plain.people_in(node.path for node in inner.walk())
        return folder if several and not _is_one_learner(folder) else None

    def _scan(self, folder: Node, level: int = 0) -> list[Thing]:
        if self._wanted == plain.NAME:
            return self._plain(folder)
        reading = self._reading(folder)
        if not reading.claims and not self._all_downloads(folder):
            if not self._wanted:
                return self._plain(folder)
            reading.claims = {}
        if ilias.holds_multi_feedback(folder):
            reading.notes |= ilias.tables(folder)
        found = []
        for at, child in enumerate(folder.children):
            inner = None if at in reading.claims else self._download(child)
            if at not in reading.notes and inner and level < MAX_LEVELS:
                found += self._scan(inner, level + 1)
            else:
                found += self._child(folder, child, reading.claims.get(at), reading.notes.get(at))
        return grouped(found)

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
        tables = ilias.tables(folder) if ilias.holds_multi_feedback(folder) else {}
        inside = [
            child
            for at, child in enumerate(folder.children)
            if child.problem != SYSTEM and at not in tables
        ]
        return bool(inside) and all(self._download(child) for child in inside)

    def _plain(self, folder: Node, level: int = 0) -> list[Thing]:
        found = []
        for child, claim in zip(folder.children, plain.owners(folder.children), strict=True):
            if (
                child.is_folder
                and child.children
                and plain.names_no_person(child.name)
                and (not has_submission(child) or names_people(child))
                and level < MAX_LEVELS
            ):
                found += self._plain(child, level + 1)
            elif self._wanted != plain.NAME and self._download(child):
                said = "it looks like a download of a platform; collect it by itself."
                found.append(Thing(child.shown, folder.path, problem=said, paths=paths_of(child)))
            else:
                found += self._child(folder, child, claim, None)
        return grouped(found)

    def _child(
        self, folder: Node, child: Node, claim: Claim | None, note: str | None
    ) -> list[Thing]:
        """Return the things in one child of a folder."""
        if note or child.problem == SYSTEM:
            return [Thing(child.shown, folder.path, note=note or SYSTEM, paths=paths_of(child))]
        if child.problem:
            return [Thing(child.shown, folder.path, problem=child.problem, paths=paths_of(child))]
        claim = claim or Claim(self._wanted, why="no name of a platform.")
        if child.is_folder:
            return in_folder(folder, child, claim)
        if kind_of(child.name) is not None:
            return [Thing(child.shown, folder.path, claim, archive=child)]
        name = claim.file or child.name
        return [Thing(child.shown, folder.path, claim, files=((name, child),))]


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
        or (bool(units) and all(map(has_submission, units)) and not names_people(place))
    )
