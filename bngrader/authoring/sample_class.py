"""A synthetic class of learners, with right, wrong, unfinished and broken submissions; seeded."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bnlab.kit.course import Unit, coded_units

from ..core import solutions
from ..core.errors import GraderError
from .skeleton import strip

NAMES = [
    "ada", "amir", "anouk", "bao", "bela", "carla", "chidi", "clara", "dario", "dina", "elio",
    "emre", "fatou", "finn", "gita", "goran", "hana", "hugo", "ines", "ivan", "jana", "jomo",
    "kaito", "kira", "lena", "luca", "maia", "milo", "nadia", "nils", "odile", "omar", "petra",
    "quinn", "rosa", "sami", "tala", "tomas", "uma", "vera", "wanda", "xiao", "yara", "yusuf",
    "zoe", "zuri",
]  # fmt: skip

Writer = Callable[[Unit, random.Random], str | bytes | None]


def unwritten(task: str) -> str:
    """Return definitions that undo one task of a reference."""
    return _override(task, "    raise NotImplementedError()")


def _override(task: str, body: str) -> str:
    holder, dot, name = task.rpartition(".")
    lines = [f"def {name}(*args, **kwargs):", body]
    if dot:
        lines = [f"class {holder}({holder}):", *("    " + line for line in lines)]
    return "\n".join(lines) + "\n"


def right(unit: Unit, rng: random.Random) -> str:
    return solutions.solved(unit.name)


def right_in_another_style(unit: Unit, rng: random.Random) -> str:
    return rng.choice(solutions.accepted(unit.name)).source


def one_mistake(unit: Unit, rng: random.Random) -> str:
    return rng.choice(solutions.mistakes(unit.name)).source


def two_mistakes(unit: Unit, rng: random.Random) -> str:
    first, second = rng.sample(solutions.mistakes(unit.name), 2)
    return f"{first.source}\n\n{second.body}"


def partly_done(unit: Unit, rng: random.Random) -> str:
    return f"{solutions.solved(unit.name)}\n\n{unwritten(rng.choice(unit.tasks).name)}"


def partly_done_with_a_mistake(unit: Unit, rng: random.Random) -> str:
    return f"{one_mistake(unit, rng)}\n\n{unwritten(rng.choice(unit.tasks).name)}"


def not_begun(unit: Unit, rng: random.Random) -> str:
    return strip(solutions.solved(unit.name))


def syntax_error(unit: Unit, rng: random.Random) -> str:
    return solutions.solved(unit.name).replace("def ", "def def ", 1)


def endless_loop(unit: Unit, rng: random.Random) -> str:
    body = "    while True:\n        pass"
    if "." in unit.tasks[0].name:
        body = body.replace("\n", "\n    ")
    return f"{solutions.solved(unit.name)}\n\n{_override(unit.tasks[0].name, body)}"


def wrong_shapes(unit: Unit, rng: random.Random) -> str:
    body = _override(unit.tasks[0].name, "    return np.zeros((2, 3, 5))")
    return f"{solutions.solved(unit.name)}\n\nimport numpy as np\n\n{body}"


def warnings_on_stderr(unit: Unit, rng: random.Random) -> str:
    noise = "import sys, warnings\nwarnings.warn('careful')\nprint('hello', file=sys.stderr)\n"
    return f"{solutions.solved(unit.name)}\n\n{noise}print('debug ' * 1000)\n"


def crash(unit: Unit, rng: random.Random) -> str:
    return f"{solutions.solved(unit.name)}\n\nimport os\n\n" + _override(
        unit.tasks[0].name, "    os._exit(0)"
    )


def missing_import(unit: Unit, rng: random.Random) -> str:
    return f"{solutions.solved(unit.name)}\n\nimport tensorflow_of_1997\n"


def torch_does_it(unit: Unit, rng: random.Random) -> str:
    body = _override(unit.tasks[0].name, "    return F.batch_norm(args[0], None, None, None)")
    return f"{solutions.solved(unit.name)}\n\nimport torch.nn.functional as F\n\n{body}"


def nothing_returned(unit: Unit, rng: random.Random) -> str:
    return f"{solutions.solved(unit.name)}\n\n{_override(unit.tasks[-1].name, '    return None')}"


def empty_file(unit: Unit, rng: random.Random) -> str:
    return ""


def binary_garbage(unit: Unit, rng: random.Random) -> bytes:
    return rng.randbytes(2_000)


def no_file(unit: Unit, rng: random.Random) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """A kind of learner: the function that writes the module, and the number of such learners."""

    write: Writer
    count: int


KINDS = (
    Kind(right, 6),
    Kind(right_in_another_style, 7),
    Kind(one_mistake, 9),
    Kind(two_mistakes, 5),
    Kind(partly_done, 3),
    Kind(partly_done_with_a_mistake, 2),
    *(
        Kind(write, 1)
        for write in (
            not_begun, syntax_error, endless_loop, wrong_shapes, warnings_on_stderr, crash,
            missing_import, torch_does_it, nothing_returned, empty_file, binary_garbage, no_file,
        )
    ),
)  # fmt: skip

ANSWERS = (
    "The factor is sqrt((N - 1) / N), so the output is a little too small.",
    "I tried it with numbers: see my notebook. I think it depends on the batch.",
    "<script>document.title = 'owned'</script> [click](javascript:alert(1)) **bold**",
    "",
)


def make_class(folder: Path, seed: int = 0, per_learner: int = 3) -> list[str]:
    """Write a class of submissions; return `<learner>/<unit>` for each.

    Args:
        folder: folder for the submissions; it must be empty, or hold the same class.
        seed: seed of the choice of the submissions.
        per_learner: number of units that each learner hands in.

    Raises:
        GraderError: if the folder has other learners in it. Nothing is written.
    """
    rng = random.Random(seed)
    writers = [kind.write for kind in KINDS for _ in range(kind.count)]
    rng.shuffle(writers)
    rows = list(coded_units().values())
    plan: dict[tuple[str, str], dict[str, bytes]] = {}
    for index, (name, write) in enumerate(zip(NAMES, writers, strict=False)):
        # One unit after the other, so that somebody hands in each of them.
        for step in range(per_learner):
            unit = rows[(index + step * 5) % len(rows)]
            plan[name, unit.name] = _files(unit, write, rng)
    _refuse_other_learners(folder, {name for name, _ in plan})
    for (name, unit_name), files in plan.items():
        for path, content in files.items():
            target = folder / name / unit_name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return [f"{name}/{unit_name}" for name, unit_name in plan]


def _refuse_other_learners(folder: Path, names: set[str]) -> None:
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if present - names:
        other = sorted(present - names)[0]
        raise GraderError(
            f"sample: {folder} has {other!r} in it, expected an empty folder or the same class."
        )


def _files(unit: Unit, write: Writer, rng: random.Random) -> dict[str, bytes]:
    module = write(unit, rng)
    files = {f"{unit.slug}.ipynb": _notebook(unit, write, rng)}
    if module is not None:
        files[f"bnlab/{unit.name}.py"] = module.encode() if isinstance(module, str) else module
    return files


def _notebook(unit: Unit, write: Writer, rng: random.Random) -> bytes:
    """Return the learner's notebook with answers, sometimes damaged."""
    from .notebooks import notebook_bytes  # jupytext, which a run on a bare machine does without

    if write is binary_garbage:
        return rng.randbytes(500)
    notebook: dict[str, Any] = json.loads(notebook_bytes(unit))
    answer = rng.choice(ANSWERS)
    for cell in notebook["cells"]:
        kind, _, name = cell["metadata"].get("nbgrader", {}).get("grade_id", "").partition("-")
        if kind == "quiz":
            cell["source"] = [_quiz_answer(unit, name, write, rng)]
        elif kind == "written" and answer:
            cell["source"] = [answer]
    if write is one_mistake and rng.random() < 0.3:
        copied = dict(notebook["cells"][-1])
        notebook["cells"].append(copied)  # a copied cell: two cells with one id
    return (json.dumps(notebook, indent=1) + "\n").encode()


def _quiz_answer(unit: Unit, name: str, write: Writer, rng: random.Random) -> str:
    """Return a quiz cell: right if the module is right, else right, wrong or not a literal."""
    truth = solutions.questions(unit.name)[name]["answer"]
    guesses = (truth, truth, "none of these" if isinstance(truth, str) else truth + 1, None)
    answer = truth if write in (right, right_in_another_style) else rng.choice(guesses)
    return f"{name} = {answer!r}" if answer is not None else f"{name} = print('I do not know')"
