"""The autograder archive for Gradescope, unpacked into its folders and run without a network."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import jsonschema
import numpy
import pytest

from bngrader.authoring.skeleton import strip
from bngrader.cli.main import main
from bngrader.core import solutions
from bngrader.core.report import QuizMark, Report, Status, TaskReport, Verdict
from bngrader.core.solutions import ROOT
from bngrader.platforms.archive import SCRIPTS
from bngrader.platforms.results import results
from bnlab.kit.course import unit
from tests.helpers.downloads import laid_out, packed

SCHEMA = json.loads((ROOT / "docs/schemas/gradescope-results.schema.json").read_text("utf-8"))
ATTACKS = ROOT / "tests/security/attacks"
RIGHT = solutions.solved("moments")
MISTAKE = next(e for e in solutions.mistakes("moments") if e.name == "unbiased_variance")
RIGHTS = ROOT / "tests/helpers/docker_rights.py"
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, as in a container")


def everybody_can_enter(folder):
    return all(each.stat().st_mode & 0o001 for each in [folder, *folder.parents])


# A container has the Python of its distribution; one in /root can be used with more rights only.
PROGRAM = sys.executable if everybody_can_enter(Path(os.__file__).parent) else "/usr/bin/python3.11"
READABLE = pytest.mark.skipif(
    not Path(PROGRAM).exists() or not everybody_can_enter(ROOT),
    reason="needs a Python 3.11 and a repository in folders that everybody can enter",
)


def hostile(name):
    """An attack that needs no target outside, as a learner would append it."""
    return f"{RIGHT}\n\n{(ATTACKS / f'{name}.py').read_text('utf-8')}"


LIBRARIES = ("numpy", "scipy", "torch", "functorch", "safetensors", "typing_extensions", "sympy",
             "mpmath", "networkx", "jinja2", "markupsafe", "filelock", "fsspec")  # fmt: skip


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A Python like that of setup.sh: it has the libraries, and the grader of the archive only."""
    root = tmp_path_factory.mktemp("gradescope") / "autograder"
    # Beside .venv, on whose disk the libraries can be linked. Each process of a parallel run, and
    # each run, has a folder of its own.
    place = ROOT / "_build" / "tests"
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=place, prefix="gradescope-"))
    folder.chmod(0o755)
    program = PROGRAM if Path(PROGRAM).exists() else sys.executable
    subprocess.run([program, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    for each in Path(numpy.__file__).parents[1].iterdir():
        if each.name.lower().startswith(LIBRARIES) and each.is_dir():
            shutil.copytree(each, packages / each.name, copy_function=os.link)
        elif each.name.startswith(LIBRARIES):
            os.link(each, packages / each.name)
    (packages / "bngrader.pth").write_text(f"{root / 'source'}\n")
    yield folder / "bin" / "python", root
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def autograder(python, tmp_path_factory):
    """A function that hands in files and returns exit code, output and results.json."""
    course = tmp_path_factory.mktemp("course")
    command = ["release", "--for", "gradescope", "--unit", "moments", "--course", str(course)]
    assert main(command) == 0
    program, root = python
    with zipfile.ZipFile(course / "gradescope" / "moments.zip") as archive:
        archive.extractall(root / "source")

    def run(files, before=(), protect=True):
        laid_out(root / "submission", files)
        protect_files(root, protect)
        environment = {"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root),
                       "BNGRADER_PYTHON": str(program)}  # fmt: skip
        network = ["unshare", "--net"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*network, *before, "bash", root / "source" / "run_autograder"],
            env=environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        written = root / "results" / "results.json"
        data = json.loads(written.read_text("utf-8")) if written.exists() else None
        for path in sorted((root / "submission").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        return done.returncode, done.stdout + done.stderr, data

    return run


def protect_files(root, protect):
    """Sets the permissions as setup.sh does."""
    for path in (root / "source").rglob("*"):
        public = "bnlab" in path.relative_to(root / "source").parts[:1]
        mode = 0o755 if path.is_dir() else 0o644
        path.chmod(mode if public or not protect else mode & 0o700)
    (root / "source").chmod(0o711)
    # pytest's folders are closed to others, and there is one more of them in a parallel run.
    ours = [each for each in root.parents if Path(tempfile.gettempdir()) in each.parents]
    for folder in [root, *ours]:
        folder.chmod(folder.stat().st_mode | 0o011)


def handed_in(module, notebook=True):
    files = {"bnlab/moments.py": module.encode()}
    if notebook:
        files["02_moments.ipynb"] = (ROOT / "exercises/02_moments.ipynb").read_bytes()
    return files


def points(data):
    return {each["name"]: each["score"] for each in data["tests"] if "score" in each}


def checked(outcome):
    code, output, data = outcome
    assert code == 0, output
    jsonschema.validate(data, SCHEMA)
    return data


def test_the_archive_has_both_scripts_in_its_root_and_no_other_learner_or_course(tmp_path):
    command = ["release", "--for", "gradescope", "--unit", "why", "--unit", "moments"]
    assert main([*command, "--course", str(tmp_path)]) == 0
    for name in ("why", "moments"):
        path = tmp_path / "gradescope" / f"{name}.zip"
        assert path.stat().st_mode & 0o077 == 0
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            assert names >= {*SCRIPTS, "requirements.txt", "assignment.json"}
            assert all(archive.getinfo(each).external_attr >> 16 & 0o111 for each in SCRIPTS)
        tests = {each for each in names if each.startswith("solutions/hidden_tests/test_")}
        assert tests == ({"solutions/hidden_tests/test_moments.py"} if name == "moments" else set())
        references = {each for each in names if each.startswith("solutions/bnlab/")}
        assert name == "why" or references == {
            "solutions/bnlab/scaling.py", "solutions/bnlab/moments.py",
        }  # fmt: skip


def test_right_code_gets_all_points_and_the_same_as_here(autograder):
    data = checked(autograder(handed_in(RIGHT)))
    tasks = {each.name: each.points for each in unit("moments").tasks}
    assert {name: points(data)[name] for name in tasks} == tasks
    assert data["extra_data"]["sandbox"] in ("namespaces", "landlock", "container")
    assert data["stdout_visibility"] == "hidden"


def test_wrong_code_gets_the_mistake_named_and_no_hidden_input(autograder):
    data = checked(autograder(handed_in(MISTAKE.source)))
    task = next(each for each in data["tests"] if each["name"] == "batch_moments")
    assert 0 < task["score"] < 4
    assert task["status"] == "failed"
    assert MISTAKE.hint in task["output"]


def test_a_zip_that_was_not_unpacked_is_opened(autograder):
    files = {f"moments/{name}": data for name, data in handed_in(RIGHT).items()}
    data = checked(autograder({"moments-20261120.zip": packed(files)}))
    assert points(data)["batch_moments"] == 4


@pytest.mark.parametrize("files", [{"essay.pdf": b"%PDF"}, {"x.zip": b"PK\3\4 no"}, {".keep": b""}])
def test_what_is_no_submission_gets_no_points_and_a_sentence(autograder, files):
    data = checked(autograder(files))
    assert set(points(data).values()) == {0}
    assert "Run `bnlab submit moments`" in data["output"]


def test_quiz_points_are_shown_after_the_due_date_and_never_the_right_answer(autograder):
    data = checked(autograder(handed_in(strip(RIGHT))))
    quiz = [each for each in data["tests"] if each["name"].startswith("quiz: ")]
    assert [each["visibility"] for each in quiz] == ["after_due_date"] * 2
    why = [row["why"] for row in solutions.questions("moments").values() if "why" in row]
    assert not [text for text in why if text in json.dumps(data)]


@pytest.mark.parametrize(
    "name",
    ["a_exit_with_zero", "b_results_file", "a_search_garbage_collector"],
)
def test_hostile_code_gets_what_it_deserves_and_writes_no_result(autograder, name):
    code, output, data = autograder(handed_in(hostile(name)))
    assert code == 0, output
    jsonschema.validate(data, SCHEMA)
    assert points(data)["batch_moments"] == 0


READS = """

import glob, os
seen = []
for path in {paths!r}:
    for each in glob.glob(path, recursive=True):
        try:
            seen.append(open(each, "rb").read(10))
        except OSError:
            pass
if seen:
    raise ImportError(len(seen))
"""


@AS_ROOT
@pytest.mark.parametrize(
    ("rights", "tier"),
    [((), "namespaces"), pytest.param((sys.executable, RIGHTS), "landlock", marks=READABLE),
     pytest.param((sys.executable, RIGHTS, "--no-landlock"), "container", marks=READABLE)],
)  # fmt: skip
def test_a_tier_holds_with_the_rights_of_a_container_and_secrets_stay(
    autograder, python, rights, tier
):
    root = python[1]
    secrets = [str(root / each) for each in
               ("source/assignment.json", "source/solutions/**/*.py", "submission/**/*",
                "results/*")]  # fmt: skip
    data = checked(autograder(handed_in(RIGHT + READS.format(paths=secrets)), rights))
    assert data["extra_data"]["sandbox"] == tier
    assert points(data)["batch_moments"] == 4, data


@AS_ROOT
def test_without_a_tier_there_is_no_mark_and_the_reason_is_printed(autograder, python):
    (python[1] / "results").mkdir(exist_ok=True)
    (python[1] / "results" / "results.json").write_text('{"score": 9}')
    rights = (sys.executable, RIGHTS, "--no-landlock")
    code, output, data = autograder(handed_in(RIGHT), rights, protect=False)
    assert (code, data) == (1, None)
    assert "no tier holds" in output
    assert "learners' code could read solutions" in output


def report(**more):
    task = TaskReport("batch_moments", 4, (Verdict("t", "a property", True),))
    return Report("moments", (task,), quiz=(QuizMark("grams", 0.0, 1, '"<b>"'),), **more)


def test_remarks_are_for_the_instructor_and_problems_for_the_learner():
    data = results(report(remarks=("uses os",), notebook_problem="02_moments.ipynb is empty."))
    jsonschema.validate(data, SCHEMA)
    (hidden,) = (each for each in data["tests"] if each["visibility"] == "hidden")
    assert hidden["output"] == "uses os"
    assert "02_moments.ipynb is empty." in data["output"]
    assert {data["output_format"], data["test_output_format"], data["test_name_format"]} == {"text"}


def test_a_submission_that_could_not_be_judged_has_no_results():
    with pytest.raises(ValueError, match="could not be judged"):
        results(report(status=Status.NOT_JUDGED, problem="the grader failed"))


def test_export_writes_a_file_for_each_graded_submission_and_names_the_others(tmp_path, capsys):
    for learner in ("ada", "bo"):
        laid_out(tmp_path / "submitted" / learner / "moments", handed_in(MISTAKE.source))
    course = ["--course", str(tmp_path)]
    assert main(["grade", *course, "-j", "1"]) == 0
    laid_out(tmp_path / "submitted" / "cy" / "moments", handed_in(RIGHT))
    assert main(["export", "--for", "gradescope", *course]) == 1
    assert "cy/moments: not graded yet." in capsys.readouterr().out
    folder = tmp_path / "gradescope-results"
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.json"))
    assert files == ["ada/moments/results.json", "bo/moments/results.json"]
    data = json.loads((folder / files[0]).read_text("utf-8"))
    jsonschema.validate(data, SCHEMA)
    assert 0 < points(data)["batch_moments"] < 4
    assert not Path(folder, "cy").exists()


def test_the_points_of_the_course_file_are_those_of_the_archive(tmp_path):
    text = "[points]\nmoments = { batch_moments = 6 }\n"
    (tmp_path / "course.toml").write_text(text)
    command = ["release", "--for", "gradescope", "--unit", "moments", "--course", str(tmp_path)]
    assert main(command) == 0
    with zipfile.ZipFile(tmp_path / "gradescope" / "moments.zip") as archive:
        table = archive.read("bnlab/kit/course.toml").decode()
    assert tomllib.loads(table)["moments"]["tasks"] == {"batch_moments": 6, "normalize": 3}
    assert set(tomllib.loads(table)) >= {"scaling", "layer", "audit"}
