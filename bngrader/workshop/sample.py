"""A synthetic class: learners who are right, nearly right, wrong, stuck, and worse. Seeded."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bnlab.kit.tasks import Stem, coded_stems

from ..ground import answers
from .notebooks import notebook_bytes
from .strip import strip

NAMES = [
    "ada", "amir", "anouk", "bao", "bela", "carla", "chidi", "clara", "dario", "dina", "elio",
    "emre", "fatou", "finn", "gita", "goran", "hana", "hugo", "ines", "ivan", "jana", "jomo",
    "kaito", "kira", "lena", "luca", "maia", "milo", "nadia", "nils", "odile", "omar", "petra",
    "quinn", "rosa", "sami", "tala", "tomas", "uma", "vera", "wanda", "xiao", "yara", "yusuf",
    "zoe", "zuri",
]  # fmt: skip

Writer = Callable[[Stem, random.Random], str | bytes | None]


def unwritten(task: str) -> str:
    """Definitions that undo one task of a solved module."""
    return _override(task, "    raise NotImplementedError()")


def _override(task: str, body: str) -> str:
    holder, dot, name = task.rpartition(".")
    lines = [f"def {name}(*args, **kwargs):", body]
    if dot:
        lines = [f"class {holder}({holder}):", *("    " + line for line in lines)]
    return "\n".join(lines) + "\n"


def right(stem: Stem, rng: random.Random) -> str:
    return answers.solved(stem.name)


def right_in_another_style(stem: Stem, rng: random.Random) -> str:
    return rng.choice(answers.alternatives(stem.name)).source


def one_mistake(stem: Stem, rng: random.Random) -> str:
    return rng.choice(answers.mistakes(stem.name)).source


def two_mistakes(stem: Stem, rng: random.Random) -> str:
    first, second = rng.sample(answers.mistakes(stem.name), 2)
    return f"{first.source}\n\n{second.body}"


def partly_done(stem: Stem, rng: random.Random) -> str:
    return f"{answers.solved(stem.name)}\n\n{unwritten(rng.choice(stem.tasks).name)}"


def partly_done_with_a_mistake(stem: Stem, rng: random.Random) -> str:
    return f"{one_mistake(stem, rng)}\n\n{unwritten(rng.choice(stem.tasks).name)}"


def not_begun(stem: Stem, rng: random.Random) -> str:
    return strip(answers.solved(stem.name))


def syntax_error(stem: Stem, rng: random.Random) -> str:
    return answers.solved(stem.name).replace("def ", "def def ", 1)


def endless_loop(stem: Stem, rng: random.Random) -> str:
    body = "    while True:\n        pass"
    if "." in stem.tasks[0].name:
        body = body.replace("\n", "\n    ")
    return f"{answers.solved(stem.name)}\n\n{_override(stem.tasks[0].name, body)}"


def wrong_shapes(stem: Stem, rng: random.Random) -> str:
    body = _override(stem.tasks[0].name, "    return np.zeros((2, 3, 5))")
    return f"{answers.solved(stem.name)}\n\nimport numpy as np\n\n{body}"


def warnings_on_stderr(stem: Stem, rng: random.Random) -> str:
    noise = "import sys, warnings\nwarnings.warn('careful')\nprint('hello', file=sys.stderr)\n"
    return f"{answers.solved(stem.name)}\n\n{noise}print('debug ' * 1000)\n"


def crash(stem: Stem, rng: random.Random) -> str:
    return f"{answers.solved(stem.name)}\n\nimport os\n\n" + _override(
        stem.tasks[0].name, "    os._exit(0)"
    )


def missing_import(stem: Stem, rng: random.Random) -> str:
    return f"{answers.solved(stem.name)}\n\nimport tensorflow_of_1997\n"


def torch_does_it(stem: Stem, rng: random.Random) -> str:
    body = _override(stem.tasks[0].name, "    return F.batch_norm(args[0], None, None, None)")
    return f"{answers.solved(stem.name)}\n\nimport torch.nn.functional as F\n\n{body}"


def nothing_returned(stem: Stem, rng: random.Random) -> str:
    return f"{answers.solved(stem.name)}\n\n{_override(stem.tasks[-1].name, '    return None')}"


def empty_file(stem: Stem, rng: random.Random) -> str:
    return ""


def binary_garbage(stem: Stem, rng: random.Random) -> bytes:
    return rng.randbytes(2_000)


def no_file(stem: Stem, rng: random.Random) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """A sort of learner: who writes the module, and how many of them there are."""

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
    """Writes a class of submissions to `folder`; gives `<learner>/<stem>` for each.

    Args:
        folder: where `<learner>/<stem>/` go; it must not hold anything else.
        seed: chooses who hands in what.
        per_learner: how many stems each learner hands in.

    Raises:
        ValueError: where the folder has something in it that this class would not write.
    """
    rng = random.Random(seed)
    writers = [kind.write for kind in KINDS for _ in range(kind.count)]
    rng.shuffle(writers)
    rows = list(coded_stems().values())
    plan: dict[tuple[str, str], dict[str, bytes]] = {}
    for index, (name, write) in enumerate(zip(NAMES, writers, strict=False)):
        # Each stem in turn, so that every one of them is handed in by somebody.
        for step in range(per_learner):
            stem = rows[(index + step * 5) % len(rows)]
            plan[name, stem.name] = _files(stem, write, rng)
    _refuse_strangers(folder, {name for name, _ in plan})
    for (name, stem_name), files in plan.items():
        for path, content in files.items():
            target = folder / name / stem_name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return [f"{name}/{stem_name}" for name, stem_name in plan]


def _refuse_strangers(folder: Path, names: set[str]) -> None:
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if present - names:
        stranger = sorted(present - names)[0]
        raise ValueError(
            f"sample: {folder} has {stranger!r} in it, expected an empty folder or the same class."
        )


def _files(stem: Stem, write: Writer, rng: random.Random) -> dict[str, bytes]:
    module = write(stem, rng)
    files = {f"{stem.slug}.ipynb": _notebook(stem, write, rng)}
    if module is not None:
        files[f"bnlab/{stem.name}.py"] = module.encode() if isinstance(module, str) else module
    return files


def _notebook(stem: Stem, write: Writer, rng: random.Random) -> bytes:
    """The learner's notebook: answered, and sometimes damaged in a way that stops other graders."""
    if write is binary_garbage:
        return rng.randbytes(500)
    notebook: dict[str, Any] = json.loads(notebook_bytes(stem))
    answer = rng.choice(ANSWERS)
    for cell in notebook["cells"]:
        kind, _, name = cell["metadata"].get("nbgrader", {}).get("grade_id", "").partition("-")
        if kind == "quiz":
            cell["source"] = [_quiz_answer(stem, name, write, rng)]
        elif kind == "written" and answer:
            cell["source"] = [answer]
    if write is one_mistake and rng.random() < 0.3:
        copied = dict(notebook["cells"][-1])
        notebook["cells"].append(copied)  # a copied cell: two cells with one id
    return (json.dumps(notebook, indent=1) + "\n").encode()


def _quiz_answer(stem: Stem, name: str, write: Writer, rng: random.Random) -> str:
    """A quiz cell: right from those whose module is right, from others sometimes, or no literal."""
    truth = answers.questions(stem.name)[name]["answer"]
    guesses = (truth, truth, "none of these" if isinstance(truth, str) else truth + 1, None)
    answer = truth if write in (right, right_in_another_style) else rng.choice(guesses)
    return f"{name} = {answer!r}" if answer is not None else f"{name} = print('I do not know')"
