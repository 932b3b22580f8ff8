"""The runner of the experiments: resumption, naming and what a result file says."""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys

import pytest
import torch
from torch.nn.functional import cross_entropy

from book.experiments import placement_large, training_decay
from book.experiments.__main__ import RESULTS, experiment, names
from book.experiments._shared import trials
from book.experiments._shared.provenance import PROTOCOL, governed, rules_for
from book.experiments._shared.side_by_side import Recipe, fit_together


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """Seeds a measurement was called with; trials are stored in a fresh folder."""
    monkeypatch.setattr(trials, "ROOT", tmp_path)
    return []


def test_trials_resume_after_a_killed_run(calls):
    def measure(seed, size):
        if seed == 2 and calls.count(2) == 0:
            calls.append(seed)
            raise KeyboardInterrupt
        calls.append(seed)
        return {"value": seed * size}

    with pytest.raises(KeyboardInterrupt):
        trials.trials(measure, range(4), size=10)
    results = trials.trials(measure, range(4), size=10)
    assert [result["value"] for result in results] == [0, 10, 20, 30]
    assert calls == [0, 1, 2, 2, 3]


def test_trials_with_other_settings_are_measured_anew(calls):
    def measure(seed, size):
        calls.append((seed, size))
        return {}

    trials.trials(measure, range(2), size=1)
    trials.trials(measure, range(2), size=2)
    assert calls == [(0, 1), (1, 1), (0, 2), (1, 2)]


def test_trials_tell_settings_apart_by_name(calls):
    def measure(seed, **setting):
        return setting

    assert trials.trials(measure, [0], factor=10.0) == [{"factor": 10.0}]
    assert trials.trials(measure, [0], offset=10.0) == [{"offset": 10.0}]


def test_code_of_a_measurement_has_the_classes_that_it_uses():
    source = 'class Net:\n    """A net."""\n    size = 3\ndef measure():\n    return Net.size\n'
    code = trials.code_of("measure", source)
    assert code == trials.code_of("measure", source.replace("A net", "The net"))
    assert code != trials.code_of("measure", source.replace("size = 3", "size = 4"))


def test_code_of_a_measurement_changes_only_with_what_it_uses():
    source = (
        "STEPS = 3\nSEEDS = 5\ndef run():\n    return 1\ndef measure():\n    return {0: STEPS}\n"
    )
    same = source.replace("return 1", "return 2").replace("SEEDS = 5", "SEEDS = 9 # more")
    other = source.replace("STEPS = 3", "STEPS = 4")
    code = trials.code_of("measure", source)
    assert code == trials.code_of("measure", same)
    assert code != trials.code_of("measure", other)


def test_code_of_a_measurement_has_constants_that_are_assigned_together():
    source = "STEPS, (BATCH, *REST) = 3, (64, 1)\ndef measure():\n    return BATCH\n"
    code = trials.code_of("measure", source)
    assert code != trials.code_of("measure", source.replace("64", "32"))


USING = (
    "from book.experiments._shared.training import percent_correct\n"
    "from book.experiments._shared import analysis\n"
    "def measure():\n    return percent_correct\n"
    "def run():\n    return analysis.summary\n"
)


def test_code_of_a_measurement_has_the_shared_code_that_it_uses(monkeypatch):
    code = trials.code_of("measure", USING)
    assert "def percent_correct" in code
    assert "import" not in code
    assert "def summary" not in code  # used after the trials only
    assert "def summary" in trials.code_of("run", USING)
    assert "def student_interval" in trials.code_of("run", USING)
    changed = trials._definitions("def percent_correct():\n    return 0\n")
    monkeypatch.setattr(trials, "_definitions_of", lambda module: changed)
    assert trials.code_of("measure", USING) != code


def test_code_of_a_measurement_has_no_code_of_other_packages():
    source = "from torch import nn\ndef measure():\n    return nn.Linear\n"
    assert trials.code_of("measure", source) == "def measure():\n    return nn.Linear"


def test_experiment_result_has_its_provenance():
    result = experiment("inference_unbiased", quick=True)
    assert result["question"].endswith("?")
    assert (
        result["provenance"]["command"] == "python -m book.experiments inference_unbiased --quick"
    )
    wanted = {"seeds", "versions", "device", "cpu", "threads", "date", "seconds"}
    assert wanted | {"commit", "code", "processor"} < set(result["provenance"])


@pytest.mark.parametrize("name", names())
def test_experiment_asks_a_question_and_has_its_result(name):
    question = importlib.import_module(f"book.experiments.{name}").__doc__.splitlines()[0]
    if name in governed() and not (RESULTS / f"{name}.json").exists():
        return  # its rules are written, and it has not been run
    result = json.loads((RESULTS / f"{name}.json").read_text())
    assert (result["claim"], result["question"]) == (name, question)
    assert question.endswith("?")
    assert result["results"]


@pytest.mark.parametrize("name", names())
def test_experiment_runs_in_its_short_form(name):
    if name == "training_keras":  # by itself: the logging of Keras closes pytest's streams
        if importlib.util.find_spec("keras") is None:
            pytest.skip("Keras is missing; get it with `pip install -r requirements-test.txt`.")
        command = [sys.executable, "-m", "book.experiments", name, "--quick"]
        subprocess.run(command, cwd=PROTOCOL.parents[2], check=True, timeout=300)
        return
    assert experiment(name, quick=True)["results"]


def test_result_has_its_experiment():
    assert {path.stem for path in RESULTS.glob("*.json")} <= set(names())


def test_unbiased_running_variance_shrinks_evaluation_by_the_predicted_factor():
    for ratio in experiment("inference_unbiased", quick=True)["results"].values():
        assert ratio["error"] < 1e-9


def test_bias_has_no_effect_before_the_relu_and_has_one_after_it():
    results = experiment("placement_bias", quick=True)["results"]
    assert max(results["before"].values()) < 1e-12
    assert min(results["after"].values()) > 0.1


def git(*arguments):
    return subprocess.run(
        ("git", *arguments), cwd=PROTOCOL.parents[2], capture_output=True, text=True, check=True
    ).stdout


def test_protocol_is_older_than_every_record_that_it_governs():
    recorded = {name for name in governed() if (RESULTS / f"{name}.json").exists()}
    for name in recorded:
        path = RESULTS / f"{name}.json"
        protocol = json.loads(path.read_text("utf8"))["provenance"]["protocol"]
        then = git("show", f"{protocol}:book/experiments/protocol.md")
        assert all(rules_for(name, then))
        assert rules_for(name, then) == rules_for(name, PROTOCOL.read_text("utf8"))
        added = git("log", "-1", "--format=%H", "--", str(path)).strip()
        if added:  # not yet committed otherwise
            assert protocol != added
            assert protocol in git("rev-list", added).split()


def test_commit_of_a_record_is_in_the_history():
    """The code of a commit that was rebased has the same hash at the commit `rebased_to`."""
    history = set(git("rev-list", "HEAD").split())
    for path in RESULTS.glob("*.json"):
        source = json.loads(path.read_text("utf8"))["provenance"]
        commit = source.get("rebased_to", source.get("commit"))
        assert commit is None or commit in history, path.stem


def test_protocol_has_sections_of_experiments_only():
    assert set(governed()) <= set(names())


def test_trials_of_several_workers_are_those_of_one(calls):
    setting = {"norm": "none", "lr": 0.1, "decay": 0.0, "epochs": 1}
    wanted = [training_decay.measure(seed, **setting) for seed in (0, 1)]
    with trials.workers(2):
        trials.in_parallel(training_decay.measure, [(seed, setting) for seed in (0, 1)])
    trials.RESTORED.clear()
    assert trials.trials(training_decay.measure, (0, 1), **setting) == wanted
    assert len(trials.RESTORED) == 2


def test_networks_trained_side_by_side_are_those_trained_alone():
    recipe = Recipe(batch_size=64, epochs=1)
    images = placement_large.Images("digits", 640)
    runs = [(0, 0.1), (1, 0.03)]
    x = images.x.double()  # in single precision rounding grows with the steps
    together = [placement_large.network("before", seed, 1).double() for seed, _ in runs]
    orders = [images.order(seed, recipe) for seed, _ in runs]
    fit_together(together, x, images.y, orders, [rate for _, rate in runs], recipe)
    for model, order, (seed, rate) in zip(together, orders, runs, strict=True):
        alone = placement_large.network("before", seed, 1).double()
        optimizer = torch.optim.SGD(alone.parameters(), momentum=0.9, weight_decay=5e-4)
        batches = order.view(-1, 64)
        for done, rows in enumerate(batches):
            optimizer.param_groups[0]["lr"] = rate * (1 - done / len(batches))
            optimizer.zero_grad()
            cross_entropy(alone(x[rows]), images.y[rows]).backward()
            optimizer.step()
        for one, other in zip(model.parameters(), alone.parameters(), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-7)
