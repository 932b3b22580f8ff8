"""The files, commands, options and links that the pages of the repository name exist."""

import re
from pathlib import Path

import pytest

from bngrader.cli import main as bngrader
from bnlab.kit.cli import main as bnlab

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / name
    for name in (
        "README.md", "CONTRIBUTING.md", "exercises/README.md", "docs/README.md",
        "docs/formats.md", "docs/performance.md", "docs/security.md", "docs/attacks.md",
        "book/how_to.md",
    )
]  # fmt: skip
GUIDE = sorted((ROOT / "book").glob("teach*.md"))
PAGES += GUIDE

NOT_OURS = {"grades.json", "results.json", "myst.yml", "I/N", "3/8"}
"""What looks like a path of the repository, and is an output or belongs to another program."""

MADE = (
    "course/",
    "_build/",
    ".venv",
    "submissions/",
    "updates/",
    "updates/yours/",
    "book/index.html",
)
"""Paths in a running course, a build or a handout, which the repository does not contain."""

RELATIVE_TO = (
    "", "docs", "bngrader", "bngrader/sandbox/linux", "bnlab/kit", "book/_ext", "benchmarks",
    "tests/unit",
)  # fmt: skip
"""Folders to which a page may refer by a path below them."""

PLACEHOLDER = re.compile(r"<\w+>|NN_|\*|\bDIR\b|\bNAME\b|\.\.\.|…|\bc_tcp\b")
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"[\w.\-/<>*]*/[\w.\-/<>*]+|[\w\-]+\.(?:py|md|toml|mk|json|html|txt|yml|ipynb)")


def commands(parser):
    """Return the options of each subcommand of a parser, under its name."""
    (choices,) = (each.choices for each in parser._actions if each.choices)
    return {name: set(each._option_string_actions) for name, each in choices.items()}


COMMANDS = {"bngrader": commands(bngrader._parser()), "bnlab": commands(bnlab._parser())}
COMMON = {"bngrader": set(bngrader._parser()._option_string_actions),
          "bnlab": set(bnlab._parser()._option_string_actions)}  # fmt: skip
CALL = re.compile(r"(?:^|[\s/])(bngrader|bnlab) ([a-z][\w-]*|--?\w[\w-]*)([^\n`|;#]*)")


def code_of(text):
    """Return the code of a page: spans in backticks, and the lines of code blocks."""
    blocks = re.findall(r"^```(?:text|python|)\n(.*?)^```", text, re.M | re.S)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    lines = [line for each in blocks for line in each.replace("\\\n", " ").splitlines()]
    return CODE.findall(rest) + lines


def unknown_paths(text):
    """Return the paths in backticks that neither exist nor are made by a command."""
    rest = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    faults = []
    for span in CODE.findall(rest):
        if not PATH.fullmatch(span) or PLACEHOLDER.search(span) or span.startswith(("/", "~")):
            continue
        if span.startswith(MADE) or span in NOT_OURS:
            continue
        if not any((ROOT / folder / span).exists() for folder in RELATIVE_TO):
            faults.append(span)
    return faults


def unknown_commands(text):
    """Return the commands and options of `bngrader`, `bnlab` and `make` that do not exist."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    faults = []
    for code in code_of(text):
        for program, name, rest in CALL.findall(code):
            known = COMMANDS[program].get(name)
            if name.startswith("-"):
                known = COMMON[program] if name in COMMON[program] else None
            if known is None:
                faults.append(f"{program} {name}")
                continue
            used = re.findall(r"(?<=\s)--?[a-zA-Z][\w-]*", rest)
            faults += [f"{program} {name} {each}" for each in used if each not in known]
        for name in re.findall(r"python -m ([\w.]+)", code):
            path = ROOT / name.replace(".", "/")
            if not (path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()):
                faults += [] if name in ("venv", "pip") else [f"python -m {name}"]
        for name in re.findall(r"^(?:[A-Z_]+=\S+ )*make ([a-z-]+)", code):
            faults += [] if name in targets else [f"make {name}"]
    return faults


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_of_a_page_lead_to_a_file(page):
    links = LINK.findall(page.read_text("utf-8"))
    files = [each.partition("#")[0] for each in links if "://" not in each]
    assert [each for each in files if each and not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_a_heading_lead_to_a_heading(page):
    for link in LINK.findall(page.read_text("utf-8")):
        name, _, heading = link.partition("#")
        if heading and "://" not in link:
            target = (page.parent / name if name else page).read_text("utf-8")
            titles = re.findall(r"^#+ (.+)$", target, re.M)
            slugs = [re.sub(r"[^\w\- ]", "", each).lower().replace(" ", "-") for each in titles]
            assert heading in slugs, link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_that_a_page_names_exist(page):
    assert unknown_paths(page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_that_a_page_names_exist(page):
    assert unknown_commands(page.read_text("utf-8")) == []


def test_an_unknown_path_and_an_unknown_command_are_found():
    assert unknown_paths("`book/teach.md` and `book/taught.md`, `<unit>/x.py`") == [
        "book/taught.md"
    ]
    text = "`bngrader matrix`, `.venv/bin/bngrader grade x --again`, `bnlab check moments`"
    assert unknown_commands(text) == ["bngrader matrix", "bngrader grade --again"]
    assert unknown_commands("`python -m tools.mutants`") == ["python -m tools.mutants"]
    assert unknown_commands("```\nmake course   # all\nmake everything\n```\n") == [
        "make everything"
    ]


def test_every_command_is_described_for_its_users():
    guide = (ROOT / "exercises" / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS["bnlab"] if f"bnlab {name}" not in guide] == []
    pages = "".join((ROOT / page).read_text("utf-8") for page in ("README.md", *GUIDE))
    assert [name for name in COMMANDS["bngrader"] if f"bngrader {name}" not in pages] == ["sample"]
