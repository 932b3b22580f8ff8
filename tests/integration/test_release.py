"""The generated files, the handout, and the leak check."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from bngrader.authoring import leak_check, release
from bngrader.authoring.notebooks import NotebookError, build, notebook_bytes
from bngrader.core import solutions
from bnlab.kit.course import unit, units
from bnlab.kit.feedback import book_links
from tests.helpers.learner import bnlab, unpack

ROOT = solutions.ROOT


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return release.release(tmp_path_factory.mktemp("course"))


def names(archive):
    with zipfile.ZipFile(archive) as zipped:
        return zipped.namelist()


def test_the_handout_has_the_learners_files_and_no_other(archive):
    inside = {name.partition("/")[2] for name in names(archive)}
    for each in units().values():
        assert f"exercises/{each.slug}.ipynb" in inside
        assert (f"bnlab/{each.name}.py" in inside) == each.coded
    assert {"README.md", "pyproject.toml", "LICENSE", "bnlab/kit/course.toml"} <= inside
    strangers = [n for n in inside if n.startswith(("solutions", "bngrader", "tests", "book", "."))]
    assert strangers == []
    assert not [n for n in inside if n.endswith((".pyc", ".db")) or "hidden" in n or "secret" in n]


def test_the_handout_is_the_same_bytes_every_time(archive, tmp_path):
    assert release.release(tmp_path).read_bytes() == archive.read_bytes()


def test_the_handout_depends_on_exactly_the_packages_that_it_imports():
    files = release.handout_files()
    project = tomllib.loads(files["pyproject.toml"].decode())["project"]
    assert project["scripts"] == {"bnlab": "bnlab.kit.cli.main:main"}
    imported = set()
    for name, content in files.items():
        if name.endswith(".py"):
            for node in ast.walk(ast.parse(content)):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    imported.add(node.module.partition(".")[0])
    modules = imported - set(sys.stdlib_module_names) - {"bnlab"}
    assert modules == {
        {"scikit-learn": "sklearn"}.get(name, name)
        for name in (re.match(r"[\w-]+", each)[0] for each in project["dependencies"])
    }


def test_the_handout_has_the_version_of_the_repository():
    texts = (
        release.handout_files()["pyproject.toml"].decode(),
        (ROOT / "pyproject.toml").read_text(),
    )
    assert len({tomllib.loads(text)["project"]["version"] for text in texts}) == 1


def test_the_handout_can_be_installed_and_then_gives_hints(tmp_path):
    folder, target = unpack(tmp_path / "handout"), tmp_path / "installed"
    words = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *words, str(folder)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {path.name for path in target.iterdir() if not path.name.endswith("-info")} == {
        "bnlab", "bin",
    }  # fmt: skip
    said = bnlab(target, "hint", "normalize")
    assert said.returncode == 0, said.stderr
    assert "1. " in said.stdout
    assert (target / "bnlab/kit/feedback/fingerprints.json").is_file()


def a_secret():
    source = solutions.solved("backward")
    region = source[source.index("# BEGIN SOLUTION") :].splitlines()[1:]
    return next(line for line in region if len(line.strip()) > 40 and line.strip()[0] != "#")


@pytest.mark.parametrize(
    ("name", "wrap"),
    [
        ("bnlab/kit/nets/data.py", lambda line: line),
        ("exercises/x.ipynb", lambda line: json.dumps({"cells": [{"source": ["a\n", line]}]})),
        ("book/x.html", lambda line: line.replace("(", "<b>(</b>").replace("=", "&#61;")),
    ],
)
def test_the_leak_check_finds_a_secret_line_in_code_in_a_notebook_and_in_a_page(name, wrap):
    with pytest.raises(leak_check.LeakError, match=name):
        leak_check.check_files({name: wrap(a_secret()).encode()})


def test_the_leak_check_finds_a_solution_mark():
    with pytest.raises(leak_check.LeakError, match="BEGIN SOLUTION"):
        leak_check.check_files({"bnlab/moments.py": b"    # BEGIN SOLUTION\n"})


def test_a_leak_stops_the_release_before_anything_is_written(tmp_path, monkeypatch):
    files = release.handout_files()
    files["bnlab/kit/nets/data.py"] += a_secret().encode()
    monkeypatch.setattr(release, "handout_files", lambda *_: files)
    with pytest.raises(leak_check.LeakError):
        release.release(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_release_that_cannot_be_written_leaves_the_last_one_as_it_is(tmp_path, monkeypatch):
    archive = release.release(tmp_path)
    folder = archive.with_suffix("")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write = Path.write_bytes

    def write_or_fail(path, content):
        if path.name == "course.toml":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_or_fail)
    with pytest.raises(OSError, match="No space left"):
        release.release(tmp_path)
    assert {path: path.read_bytes() for path in before} == before
    monkeypatch.undo()
    (folder / "stranger.txt").write_text("x")
    release.release(tmp_path)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before


FEATURES_OFF = """
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

print(" ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name)))
"""


def test_the_fingerprints_are_the_same_bytes_on_another_processor():
    """NumPy, torch and their libraries take other code paths without vector instructions."""
    features = subprocess.run(
        [sys.executable, "-c", FEATURES_OFF], capture_output=True, text=True, check=True
    ).stdout.strip()
    older = {
        "NPY_DISABLE_CPU_FEATURES": features, "ATEN_CPU_CAPABILITY": "default",
        "OPENBLAS_CORETYPE": "Prescott", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
        "MKL_CBWR": "COMPATIBLE", "ONEDNN_MAX_CPU_ISA": "SSE41",
    }  # fmt: skip
    code = "from bngrader.authoring.fingerprints import *; print(fingerprints_text(), end='')"
    made = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | older,
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert made == (ROOT / "bnlab/kit/feedback/fingerprints.json").read_bytes()


def test_notebooks_are_valid_and_have_the_points_of_the_one_list():
    for each in units().values():
        notebook = nbformat.reads(notebook_bytes(each).decode(), as_version=4)
        nbformat.validate(notebook)
        ids = [cell.id for cell in notebook.cells]
        assert len(set(ids)) == len(ids)
        marks = [
            cell.metadata["nbgrader"] for cell in notebook.cells if "nbgrader" in cell.metadata
        ]
        assert sum(m["points"] for m in marks if m["locked"]) == each.points
        assert [m["points"] for m in marks if m["solution"]] == [each.written]
        assert all(not cell.get("outputs") for cell in notebook.cells)
        assert notebook.cells[0].source.startswith("# ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("## Task: `normalize`", "## Task: normalize", "headings are \\['batch_moments'\\]"),
        ('check("normalize")', 'check("batch_moments")', "checks are"),
        ('check("normalize")', "check(normalize)", "check cell is"),
        ('check("normalize")', 'check("normalise")', "check is 'normalise'"),
        ('{"tags": ["task"]}', '{"tags": ["tasks"]}', "0 cells have the tag task"),
        ("02_moments.html", "03_forward.html", "chapters are \\['03_forward.html'\\]"),
        ("on the page", "at", "chapters are \\[\\]"),
    ],
)
def test_build_refuses_a_wrong_notebook_source(monkeypatch, old, new, message):
    text = solutions.notebook_source("02_moments")
    assert old in text
    monkeypatch.setattr(solutions, "notebook_source", lambda slug: text.replace(old, new))
    with pytest.raises(NotebookError, match=message):
        build(unit("moments"))


def test_write_products_does_not_overwrite_an_edited_skeleton(tmp_path, monkeypatch):
    def git(*words):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.setattr(release, "products", lambda: {"bnlab/moments.py": b"first\n"})
    assert release.write_products(tmp_path) == ["bnlab/moments.py"]
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    monkeypatch.setattr(release, "products", lambda: {"bnlab/moments.py": b"second\n"})
    assert release.write_products(tmp_path) == ["bnlab/moments.py"]
    monkeypatch.setattr(release, "products", lambda: {"bnlab/moments.py": b"third\n"})
    assert release.write_products(tmp_path) == ["bnlab/moments.py"]
    (tmp_path / "bnlab/moments.py").write_bytes(b"my own work\n")
    with pytest.raises(ValueError, match="changes of your own"):
        release.write_products(tmp_path)
    assert (tmp_path / "bnlab/moments.py").read_bytes() == b"my own work\n"


def test_check_leaks_searches_every_published_file(tmp_path):
    (tmp_path / "bnlab").mkdir()
    (tmp_path / "bnlab" / "moments.py").write_text("x = 1\n")
    assert leak_check.check_leaks(tmp_path / "course", tmp_path) == 1
    page = tmp_path / "course" / "feedback" / "ada" / "moments" / "02_moments.html"
    page.parent.mkdir(parents=True)
    page.write_text(f"<pre>{a_secret()}</pre>")
    with pytest.raises(leak_check.LeakError, match="feedback/ada/moments"):
        leak_check.check_leaks(tmp_path / "course", tmp_path)


# --- the book -----------------------------------------------------------------------------------

PAGE = re.compile(r"\]\(([^)]*\.html)\)")


def links(files):
    """The links to pages of the book in each notebook, by unit."""
    found = {}
    for each in units().values():
        notebook = nbformat.reads(files[f"exercises/{each.slug}.ipynb"].decode(), as_version=4)
        found[each.name] = PAGE.findall("\n".join(cell.source for cell in notebook.cells))
    return found


@pytest.fixture
def built(tmp_path):
    """A folder like that of the built book, with the files that a handout takes and leaves."""
    for name in (
        "index.html", "_static/book.css", "_static/scripts/theme.js",
        "_static/scripts/theme.js.map",
        "_static/locales/de/x.js", ".buildinfo",
        *(f"book/{each.slug}.html" for each in units().values()),
    ):  # fmt: skip
        path = tmp_path / "html" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path / "html"


def test_the_handout_contains_the_book_without_files_that_no_browser_asks_for(built):
    files = release.handout_files(book=built)
    assert {"book/index.html", "book/_static/book.css", "book/_static/scripts/theme.js"} <= set(
        files
    )
    assert {f"book/book/{each.slug}.html" for each in units().values()} <= set(files)
    assert not [n for n in files if n.endswith(".map") or "locales" in n or "buildinfo" in n]


def test_every_notebook_links_to_the_address_of_the_book_where_there_is_one(built, monkeypatch):
    monkeypatch.setenv("BOOK_BASE_URL", "https://example.org/norms/")
    files = release.handout_files(book=built)
    assert links(files) == {
        name: [f"https://example.org/norms/book/{each.slug}.html"] for name, each in units().items()
    }
    manifest = json.loads(files["bnlab/kit/handout.json"])
    assert manifest["book"] == "https://example.org/norms/book"
    assert not [name for name in files if name.startswith("book/")]


def test_without_an_address_a_notebook_names_its_page_and_gets_the_link_from_the_kit():
    files = release.handout_files()
    for name, found in links(files).items():
        assert found == []
        text = files[f"exercises/{unit(name).slug}.ipynb"].decode()
        assert f"on the page `{unit(name).slug}.html`" in text
        assert f'kit.chapter(\\"{name}\\")' in text


def test_handout_files_refuses_an_address_that_would_break_a_link(monkeypatch):
    for address in ("javascript:alert(1)", "https://a.org/b) c", "book"):
        monkeypatch.setenv("BOOK_BASE_URL", address)
        with pytest.raises(ValueError, match="BOOK_BASE_URL is"):
            release.handout_files()


def test_the_zip_is_compressed(archive):
    with zipfile.ZipFile(archive) as zipped:
        content = sum(row.file_size for row in zipped.infolist())
    assert archive.stat().st_size < content / 2


def test_every_link_of_the_handout_leads_to_a_place_in_the_book_that_goes_with_it(
    book_html, tmp_path, monkeypatch
):
    folder = tmp_path / "Übung 1"
    for name, content in release.handout_files(book=book_html).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.setattr(book_links, "home", lambda: folder)
    fingerprints = json.loads((folder / "bnlab/kit/feedback/fingerprints.json").read_text("utf-8"))
    mistakes = [row for task in fingerprints.values() for row in task["mistakes"].values()]
    pages = {row["page"] for row in mistakes if row["page"]}
    assert len(pages) > 20
    for page in pages:
        name, _, place = page.partition("#")
        book_links.chapter(name[3:].removesuffix(".html"))  # starts the server
        assert f'id="{place}"' in read(book_links.address(page)), page
    for each in units().values():
        link = book_links.chapter(each.name).link
        page = read(link)
        assert each.slug in page
        for asset in re.findall(r'(?:src|href)="([^"#:?]+)[^":]*"', page):
            assert (folder / "book" / "book" / unquote(asset)).exists(), f"{link}: {asset}"


def read(link):
    with urllib.request.urlopen(link, timeout=10) as reply:
        return reply.read().decode()
