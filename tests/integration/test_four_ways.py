"""One class by every way there is: nbgrader, our command, a cluster with TLS, parts put together.

Real parts only: the commands, nbgrader's own API, a scheduler and workers in processes of their
own. Marks are the same in each task, and where the result is JSON, in each byte.
"""

import json
import os
import random
import subprocess
import sys

import jsonschema
import pytest
from distributed import LocalCluster
from distributed.security import Security

from bngrader.authoring import sample_class
from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bnlab.kit.course import coded_units
from tests.helpers import shared_mistakes

KINDS = (
    sample_class.one_mistake, sample_class.right, sample_class.torch_does_it,
    sample_class.partly_done, sample_class.not_begun, sample_class.endless_loop,
    sample_class.crash, sample_class.two_mistakes, sample_class.syntax_error,
    sample_class.warnings_on_stderr, sample_class.no_file, sample_class.binary_garbage,
)  # fmt: skip
LEARNERS = ("ada", "bo", "cyd")
# Dask starts and stops processes and threads of its own, and leaves some for the end.
pytestmark = pytest.mark.filterwarnings("ignore")

NBGRADER = """
import json, sys
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from bngrader.course.course import Course, default_root
from bngrader.gradebook import converters

course = Course(default_root())
api = NbGraderAPI(config=converters.load_nbgrader(course).config)
for submission in sorted(course.submitted.glob("*/*")):
    converters.assignment(course, submission.name)
    done = api.autograde(submission.name, submission.parent.name)
    assert done["success"], done
with Gradebook(f"sqlite:///{course.gradebook}") as book:
    rows = [
        [each.student.id, each.assignment.name, grade.name, grade.auto_score, grade.max_score]
        for assignment in book.assignments for each in assignment.submissions
        for grade in each.notebooks[0].grades
    ]
print(json.dumps(rows))
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which every unit is handed in, and every sort of learner is there."""
    folder, rng = shared_mistakes.share(tmp_path_factory.mktemp("course")), random.Random(0)
    assert len(KINDS) >= len(coded_units())
    for number, each in enumerate(coded_units().values()):
        source = folder / "source" / each.name / f"{each.slug}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_bytes(notebook_bytes(each))
        place = folder / "submitted" / LEARNERS[number % len(LEARNERS)] / each.name
        for path, content in sample_class._files(each, KINDS[number], rng).items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_bytes(content)
    return folder


def command(course, *words, **more):
    done = subprocess.run(
        [sys.executable, *words],
        cwd=solutions.ROOT, env=os.environ | {"BNGRADER_COURSE": str(course)} | more,
        capture_output=True, text=True,
    )  # fmt: skip
    return done


def graded(course, name, *words, **more):
    """The bytes that `bngrader grade` writes."""
    path = course / f"{name}.json"
    words = ("grade", str(course / "submitted"), "--force", "--json", str(path), *words)
    done = command(course, "-m", "bngrader.cli.main", *words, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return path.read_bytes()


@pytest.fixture(scope="module")
def truth(course):
    return graded(course, "one", "-j", "1")


def test_the_class_has_every_sort_of_submission_in_it(truth):
    learners = json.loads(truth)["learners"]
    reports = [report for units in learners.values() for report in units.values()]
    assert {report["unit"] for report in reports} == set(coded_units())
    shares = [report["points"] / report["max_points"] for report in reports]
    assert min(shares) == 0
    assert max(shares) == 1
    assert sum(0 < share < 1 for share in shares) >= 3
    text = truth.decode()
    for said in (
        "took longer than",
        "ended by itself",
        "is missing.",
        "is not UTF-8",
        "SyntaxError",
    ):
        assert said in text
    assert any(report["remarks"] for report in reports)


def test_what_grade_writes_follows_the_published_schema(course, truth):
    schema = json.loads((solutions.ROOT / "docs/schemas/grades.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(truth))


def test_two_judges_give_the_bytes_of_one(course, truth):
    assert graded(course, "two", "-j", "2") == truth


def test_parts_put_together_give_the_bytes_of_the_whole(course, truth):
    for index in (1, 2):
        graded(course, f"part-{index}", "--shard", f"{index}/2")
    parts = [str(course / f"part-{index}.json") for index in (1, 2)]
    path = course / "merged.json"
    done = command(course, "-m", "bngrader.cli.main", "merge", *parts, "--json", str(path))
    assert done.returncode == 0, done.stderr
    assert path.read_bytes() == truth


def test_nbgrader_gives_each_task_and_each_quiz_cell_the_same_points(course, truth):
    done = command(course, "-c", NBGRADER)
    assert done.returncode == 0, done.stderr
    rows = {(who, unit, cell): points for who, unit, cell, *points in json.loads(done.stdout)}
    wanted = {}
    for learner, reports in json.loads(truth)["learners"].items():
        for unit, report in reports.items():
            for task in report["tasks"]:
                cell = f"check-{task['task'].replace('.', '-')}"
                wanted[learner, unit, cell] = [task["points"], task["max_points"]]
            for mark in report["quiz"]:
                cell = f"quiz-{mark['question']}"
                wanted[learner, unit, cell] = [mark["points"], mark["max_points"]]
    assert {key: row for key, row in rows.items() if not key[2].startswith("written-")} == wanted


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """A cluster that talks to nobody without its certificate, and the files of one, for Dask."""
    folder, security = tmp_path_factory.mktemp("certificate"), Security.temporary()
    files = {}
    for name, text in (
        ("CA_FILE", security.tls_ca_file),
        ("CLIENT__CERT", security.tls_client_cert),
        ("CLIENT__KEY", security.tls_client_key),
    ):
        (folder / name).write_text(text)
        files[f"DASK_DISTRIBUTED__COMM__TLS__{name}"] = str(folder / name)
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, security=security
    ) as cluster:
        yield cluster.scheduler_address, files


def test_a_cluster_with_tls_gives_the_bytes_of_one_machine(course, truth, secure):
    address, files = secure
    assert address.startswith("tls://")
    assert graded(course, "cluster", "--scheduler", address, **files) == truth


def test_without_the_certificate_there_is_one_line_and_nothing_is_judged(course, secure, tmp_path):
    address, files = secure
    folder = str(course / "submitted")
    words = ("-m", "bngrader.cli.main", "grade", folder, "--force", "--scheduler", address)
    stranger = Security.temporary()
    other = {name: str(tmp_path / name) for name in files}
    texts = (stranger.tls_ca_file, stranger.tls_client_cert, stranger.tls_client_key)
    for path, text in zip(other.values(), texts, strict=True):
        with open(path, "w") as file:
            file.write(text)
    for more, why in (({}, "there is none"), (other, "or it does not answer at all")):
        done = command(course, *words, **more)
        assert done.returncode == 2
        assert f"does not take our certificate ({why})" in done.stderr
        assert "ca-file, client.cert and client.key" in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
