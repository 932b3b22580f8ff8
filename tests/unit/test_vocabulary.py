"""Words that the glossary of CONTRIBUTING.md has replaced do not come back.

`IMAGES` are refused in paths, in names and in text. `NAMES` are plain English words that only name
nothing: a variable, a function, an argument, a class or a file must not be called so.
"""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = (
    "arena", "bank", "border", "chore", "deed", "dice", "door", "elsewhere", "keeper", "likeness",
    "patience", "seat", "stand-in", "stem",
)  # fmt: skip
NAMES = {
    "agree", "apart", "beside", "ground", "house", "kept", "likely", "room", "settle", "settled",
    "stage", "turn", "voice",
}  # fmt: skip
IMAGE = re.compile(rf"(?<![a-z])(?:{'|'.join(IMAGES)})(?:s|es)?(?![a-z])")
ALLOWED = (
    ("", r"\.(with_)?stem\b"),  # pathlib
    ("", r"\bborder(-[a-z]+)*[:=]|\bborder-box\b|--jp-border"),  # CSS and HTML
    ("book/experiments/_shared/*.py", r"stem|border"),  # the first layers of a ResNet
    ("book/experiments/*.py", r"border"),  # the first layers of a ResNet, the edge of an image
    ("tests/*/test_experiments*.py", r"stem|border"),
    ("solutions/mistakes/placement/no_padding.py", r"border"),  # the edge of an image
)
"""Where a word has the meaning of the field: a glob of paths ("" for all) and a pattern."""

NAMES_ALLOWED = {("book/experiments/_shared/residual.py", "stage")}
"""Names that are a word of the field: the stages of a ResNet."""

PLAIN_ENGLISH = (
    "book/*.md",
    "solutions/notebooks/*",
    "solutions/quiz_keys/*",
    "bnlab/kit/feedback/hints.toml",
)
"""Text for learners, which may use these words for what they are."""

OLD_NAMES = ("CHANGELOG.md", "tests/unit/test_vocabulary.py")
"""Files that name the retired words."""

TEXT = (".py", ".md", ".toml", "Makefile")


def tracked():
    """Return the paths of all files in git, relative to the root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if str(path) not in OLD_NAMES and (ROOT / path).is_file()]


def spaced(text):
    """Return a text in lower case, with a space for each underscore and before each camel's hump.

    The length changes, the number of lines does not.
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", text).lower()


def images(path, line):
    """Return the retired images in a line of a file."""
    for glob, pattern in ALLOWED:
        if not glob or path.match(glob):
            line = re.sub(pattern, "", line)
    return IMAGE.findall(spaced(line))


def defined(tree):
    """Yield line number and name of everything that a module gives a name to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname


def test_images_finds_words_in_names_and_in_text_but_not_in_other_words():
    assert images(Path("a.py"), "class LearnerBank: a_seat, doors") == ["bank", "seat", "doors"]
    assert images(Path("a.py"), "path.stem; border: 1px; embankment, system, seated") == []


def test_paths_use_no_retired_word():
    found = [
        str(path)
        for path in tracked()
        if images(path, str(path)) or NAMES & set(re.split(r"[/.]", str(path)))
    ]
    assert found == []


def test_text_uses_no_retired_image():
    found = []
    for path in tracked():
        if not path.name.endswith(TEXT) or any(path.match(each) for each in PLAIN_ENGLISH):
            continue
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), 1):
            found += [f"{path}:{number}: {word}" for word in images(path, line)]
    assert found == []


def test_names_in_code_are_no_retired_words():
    found = [
        f"{path}:{number}: {name}"
        for path in tracked()
        if path.suffix == ".py"
        for number, name in defined(ast.parse((ROOT / path).read_text("utf-8")))
        if name.strip("_").lower() in NAMES and (str(path), name) not in NAMES_ALLOWED
    ]
    assert found == []
