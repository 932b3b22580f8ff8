"""The teacher's guide: its commands run in its order, on a class that hands in by Moodle."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from bngrader.authoring.skeleton import strip
from bngrader.core import solutions
from bngrader.core.solutions import ROOT
from tests.helpers.downloads import packed

FIRST = ROOT / "book" / "teach.md"
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
BLOCK = re.compile(r"^```text\n(.*?)^```", re.MULTILINE | re.DOTALL)

NOT_RUN = {
    "jupyter lab": "it opens a browser and does not end",
    "grade DIR --shard": "a job array runs it; tests/integration/test_pool.py has shards",
    "merge part-*.json": "the same",
    "database = ": "a line of the course file; tests on PostgreSQL use it",
}
"""What stands in a block and is no command to run here, and why."""

PEOPLE = {"Ada Lovelace": 12345, "Wei Wang": 20001, "José Álvarez": 30001, "Grace Hopper": 40001}


def pages():
    """The pages of the guide, in the order of the table of contents."""
    chapters = [each for part in TOC["parts"] for each in part["chapters"]]
    (guide,) = (each for each in chapters if each["file"] == "book/teach")
    names = [guide["file"], *(each["file"] for each in guide["sections"])]
    return [ROOT / f"{name}.md" for name in names]


def commands(text):
    """The commands in the blocks of a page, one a line, with continued lines joined."""
    lines = "".join(BLOCK.findall(text)).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def download(folder):
    """A Moodle download of one assignment, and its grading worksheet."""
    folder.mkdir(parents=True)
    mistake = next(e for e in solutions.mistakes("moments") if e.name == "unbiased_variance")
    modules = [solutions.solved("moments"), mistake.source, strip(solutions.solved("moments"))]
    notebook = (ROOT / "exercises/02_moments.ipynb").read_bytes()
    with zipfile.ZipFile(folder / "moments-1234.zip", "w") as archive:
        for (name, number), module in zip(PEOPLE.items(), modules, strict=False):
            work = {"moments/02_moments.ipynb": notebook}
            work["moments/bnlab/moments.py"] = module.encode()
            archive.writestr(f"{name}_{number}_assignsubmission_file_/moments.zip", packed(work))
    with open(folder / "worksheet.csv", "w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file)
        rows.writerow(["Identifier", "Full name", "Email address", "Status", "Grade"])
        for name, number in PEOPLE.items():
            rows.writerow([f"Participant {number}", name, f"{number}@example.org", "Submitted", ""])


class Teacher:
    """A teacher in a shell, who copies lines of the guide."""

    def __init__(self, home):
        self.home, self.course = home, home / "courses" / "spring"
        program = home / "bin"
        program.mkdir(parents=True)
        self.environment = {
            "HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
            "OMP_NUM_THREADS": "1", "COLUMNS": "100",
        }  # fmt: skip
        download(home / "Downloads")

    def run(self, line):
        """Runs a line as it stands; exports stay for the next ones."""
        if found := re.fullmatch(r"export (\w+)=(\S+)", line):
            value = found.group(2).replace("$HOME", str(self.home))
            self.environment[found.group(1)] = value
            return ""
        line = line.replace("course/", "$BNGRADER_COURSE/").replace(
            ".venv/bin/", f"{shlex.quote(str(Path(sys.executable).parent))}/"
        )
        done = subprocess.run(
            ["bash", "-c", line], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def teacher(tmp_path):
    return Teacher(tmp_path)


def test_five_commands_of_the_first_page_lead_from_a_download_to_a_gradebook_file(teacher):
    text = FIRST.read_text("utf-8").partition("\n## ")[0]
    lines = commands(text)
    assert len([each for each in lines if not each.startswith("export")]) == 5
    for line in lines:
        teacher.run(line)
    with open(teacher.course / "marks-moodle.csv", newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    (column,) = (name for name in rows[0] if name not in ("Identifier", "Full name", "Status",
                                                          "Email address", "Grade"))  # fmt: skip
    points = {row["Full name"]: row[column] for row in rows}
    assert set(points) == set(PEOPLE)
    assert float(points["Ada Lovelace"]) == 7
    assert 0 < float(points["Wei Wang"]) < 7
    assert float(points["José Álvarez"]) == 0
    assert points["Grace Hopper"] == ""


def test_every_command_of_the_guide_runs_in_its_order(teacher):
    ran = []
    for page in pages():
        for line in commands(page.read_text("utf-8")):
            if not any(each in line for each in NOT_RUN):
                teacher.run(line)
                ran.append(line)
    names = {name for line in ran for name in re.findall(r"bngrader ([a-z-]+)", line)}
    assert names >= {
        "init", "doctor", "release", "collect", "grade", "report", "feedback", "export", "regrade",
        "new-term", "sandbox",
    }  # fmt: skip
    assert json.loads((teacher.course / "grades.json").read_text("utf-8"))["learners"]


def test_what_is_not_run_stands_in_the_guide():
    text = "\n".join(line for page in pages() for line in commands(page.read_text("utf-8")))
    assert [each for each in NOT_RUN if each not in text] == []


def test_old_links_into_the_guide_lead_to_a_section():
    titles = re.findall(r"^## (.+)$", FIRST.read_text("utf-8"), re.MULTILINE)
    assert set(titles) >= {
        "Describe your course", "Release", "Collect", "Grade", "Sandbox", "Read the reports",
        "Mark what people wrote", "Return the marks", "Add a test, or a mistake",
        "Change a question or a number of points",
    }  # fmt: skip
