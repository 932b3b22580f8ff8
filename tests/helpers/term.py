"""A scripted term: who hands in what, where and when, and the marks that follow from that.

The marks are computed from the facts here, in plain Python; nothing of the grader is imported.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .downloads import packed

UNITS = {"scaling": 1, "moments": 2, "training": 9, "why": 11}
TASKS = {
    "scaling": {"min_max_scale": 2, "standardize": 3},
    "moments": {"batch_moments": 4, "normalize": 3},
    "training": {},
    "why": {},
}
WRITTEN = {"scaling": 2, "moments": 2, "training": 3, "why": 3}
DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)
EXTENSIONS = {("u10", "moments"): 48, ("u20", "moments"): 12}
"""Hours after the due date."""
LATE_HOURS, PERCENT_PER_DAY = 26, 10

OTHER_CODE = """

_usual = {task}


def {task}(x, *others, **names):
    if len(x) == 997:
        return None
    return _usual(x, *others, **names)
"""
"""A task that is right, but for a batch of a size that no hidden test has tried before."""

NEW_TEST = """

@property_of("batch_moments", "a batch of a prime size is like any other")
def a_prime_size(learner, rng):
    x = features(rng, n=997, d=2)
    mean, var = unpack(learner.batch_moments(x), "mean, var")
    assert_close(mean, truth(x)[0], "mean")
    assert_close(var, truth(x)[1], "var")
"""


@dataclass(frozen=True)
class Work:
    """What one learner hands in for one unit.

    Attributes:
        right: the tasks that are right.
        special: whether `batch_moments` fails the new test.
        answers: for each question whether the answer is right.
        attempt: the number of the attempt; the last one counts.
    """

    learner: str
    unit: str
    right: tuple[str, ...]
    special: bool
    answers: tuple[bool, ...]
    written: bool
    sent: datetime
    attempt: int = 1


def roster() -> list[dict[str, str]]:
    """Returns the class of 60, with the id of each platform."""
    return [
        {
            "learner": f"u{i:02d}", "name": f"Given{i:02d} Family{i:02d}", "id": f"{7000 + i}",
            "username": f"b{i:02d}", "orgdefinedid": f"{5000 + i}", "sid": f"s{i:02d}",
            "github_username": f"octo{i:02d}", "email": f"u{i:02d}@example.org",
        }
        for i in range(60)
    ]  # fmt: skip


def works() -> list[Work]:
    """Returns all that is handed in, also earlier attempts."""
    found = []
    for i in range(60):
        if i % 15 == 14:
            continue  # hands in nothing at all
        for k, unit in enumerate(UNITS):
            if (i + k) % 13 == 12:
                continue
            tasks = tuple(TASKS[unit])
            right = tasks if i % 3 else tasks[:1] if i % 2 else ()
            late = (i + k) % 10 == 0
            sent = DUE + timedelta(hours=LATE_HOURS if late else -2, minutes=i)
            work = Work(
                f"u{i:02d}", unit, right, unit == "moments" and i % 5 == 1,
                (i % 2 == 0, i % 3 == 0), i % 4 != 3, sent,
            )  # fmt: skip
            if unit == "moments" and i < 40 and i % 4 == 1:
                earlier = replace(
                    work, right=(), answers=(False, False), sent=sent - timedelta(days=2)
                )
                found += [earlier, replace(work, attempt=2)]
            else:
                found.append(work)
    return found


def files(work: Work, root: Path) -> dict[str, bytes]:
    """Returns the files of a submission by their path in it, made of those of the repository."""
    slug = f"{UNITS[work.unit]:02d}_{work.unit}"
    notebook = json.loads((root / "exercises" / f"{slug}.ipynb").read_text("utf-8"))
    key = tomllib.loads((root / "solutions" / "quiz_keys" / f"{work.unit}.toml").read_text("utf-8"))
    questions = [name for name in key if "answer" in key[name]]
    answers = dict(zip(questions, work.answers, strict=True))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name.startswith("quiz-"):
            question = name.removeprefix("quiz-")
            value = key[question]["answer"] if answers[question] else "wrong"
            cell["source"] = f"{question} = {value!r}"
        if name.startswith("written-") and work.written:
            cell["source"] = f"{work.learner} thinks about {work.unit}."
    made = {f"{slug}.ipynb": json.dumps(notebook).encode()}
    if TASKS[work.unit]:
        source = (root / "solutions" / "bnlab" / f"{work.unit}.py").read_text("utf-8")
        for task in TASKS[work.unit]:
            if task not in work.right:
                source += f"\n\ndef {task}(*_, **__):\n    raise NotImplementedError\n"
        if work.special and "batch_moments" in work.right:
            source += OTHER_CODE.format(task="batch_moments")
        source += f"\n# {work.learner}, attempt {work.attempt}\n"
        made[f"bnlab/{work.unit}.py"] = source.encode()
    return made


def zip_of(work: Work, root: Path) -> bytes:
    """Returns the zip that `bnlab submit` makes, with a receipt."""
    content = {f"{work.unit}/{name}": data for name, data in files(work, root).items()}
    content[f"{work.unit}/receipt.json"] = json.dumps({"time": work.sent.isoformat()}).encode()
    return packed(content)


def hand_mark(work: Work) -> float | None:
    """Returns the points that a person gives to the written answer; None where nobody does."""
    i = int(work.learner[1:])
    return 0.5 + i % 3 * 0.5 if work.written and work.unit in ("moments", "why") else None


def tests_of(task: str, root: Path) -> int:
    """Returns the number of hidden tests of a task, counted in the text of the file."""
    unit = next(name for name, tasks in TASKS.items() if task in tasks)
    text = (root / "solutions" / "hidden_tests" / f"test_{unit}.py").read_text("utf-8")
    return len(re.findall(rf'@property_of\(\s*"{task}"', text))


def expected(
    root: Path, new_test: bool = False, points: dict[str, int] | None = None, by_hand: bool = True
) -> dict[tuple[str, str], tuple[float, bool]]:
    """Returns the points of each submission after the late penalty, and if a person must mark it.

    Args:
        root: the repository, in which hidden tests are counted.
        new_test: whether `NEW_TEST` is one of them.
        points: points of tasks that differ from `TASKS`.
        by_hand: whether the marks that people give are there.
    """
    found = {}
    for work in works():  # a later attempt takes the place of an earlier one
        score = float(sum(work.answers))
        for task, most in TASKS[work.unit].items():
            share = float(task in work.right)
            if share and task == "batch_moments" and work.special and new_test:
                share = 1 - 1 / tests_of(task, root)
            score += round((points or {}).get(task, most) * share, 2)
        hand = hand_mark(work) if by_hand else None
        score += hand or 0.0
        due = DUE + timedelta(hours=EXTENSIONS.get((work.learner, work.unit), 0))
        days = max(0, math.ceil((work.sent - due) / timedelta(days=1)))
        penalty = round(score * days * PERCENT_PER_DAY / 100, 2)
        waits = work.written and hand is None
        found[work.learner, work.unit] = (round(score - penalty, 2), waits)
    return found


def downloads(root: Path) -> dict[str, dict[str, bytes]]:
    """Returns what is downloaded: by the name of the download, its files."""
    made: dict[str, dict[str, bytes]] = {
        name: {}
        for name in (
            "moodle",
            "canvas",
            "blackboard",
            "brightspace",
            "gradescope",
            "classroom",
            "plain",
        )
    }
    submitters = ["---"]
    for work in works():
        i, sent, name = (
            int(work.learner[1:]),
            work.sent,
            f"Given{work.learner[1:]} Family{work.learner[1:]}",
        )
        zipped, unit = zip_of(work, root), work.unit
        if unit == "scaling" and i < 30:
            made["moodle"][f"{name}_{900 + i}_assignsubmission_file_/{unit}.zip"] = zipped
        elif unit == "scaling":
            made["canvas"][f"family{i}given_{7000 + i}_{8000 + i}_{unit}.zip"] = zipped
        elif unit == "moments" and i < 20:
            start = f"Homework 2_b{i:02d}_attempt_{sent:%Y-%m-%d-%H-%M-%S}"
            made["blackboard"][f"{start}_{unit}.zip"] = zipped
        elif unit == "moments" and i < 40:
            clock = f"{sent:%b} {sent.day}, {sent.year} {sent.hour % 12 or 12}{sent:%M %p}"
            made["brightspace"][f"{5000 + i}-77 - {name} - {clock}/{unit}.zip"] = zipped
        elif unit == "moments":
            made["gradescope"][f"assignment_5_export/submission_{i}/{unit}.zip"] = zipped
            submitters += [
                f"submission_{i}:", "  :submitters:", f"  - :name: {name}", f"    :sid: 's{i:02d}'",
                f"  :created_at: {sent:%Y-%m-%d %H:%M:%S}.000000000 Z",
            ]  # fmt: skip
        elif unit == "training" and i < 30:
            for path, data in files(work, root).items():
                at = path if "/" in path else f"exercises/{path}"
                made["classroom"][f"{unit}-submissions/{unit}-octo{i:02d}/{at}"] = data
        elif unit == "training":
            made["plain"][f"{work.learner}.zip"] = zipped
    made["gradescope"]["assignment_5_export/submission_metadata.yml"] = "\n".join(
        submitters
    ).encode()
    return made


def in_the_exchange(root: Path) -> dict[str, bytes]:
    """Returns what `nbgrader collect` has put into the folder of submissions."""
    made = {}
    for work in works():
        if work.unit == "why":
            folder = f"{work.learner}/{work.unit}"
            made |= {f"{folder}/{name}": data for name, data in files(work, root).items()}
            made[f"{folder}/timestamp.txt"] = f"{work.sent:%Y-%m-%d %H:%M:%S} UTC\n".encode()
    return made
