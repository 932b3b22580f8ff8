"""Torch's own normalizations in a check: not allowed where the grader refuses them."""

import pytest
import torch

from bngrader.core import solutions
from bngrader.worker import forbidden_ops
from bnlab.kit.course import coded_units, unit
from bnlab.kit.feedback import checker, own_norms

BATCH_NORM_2D = {
    "functional": "return torch.nn.functional.batch_norm(x, None, None, weight, bias, True)",
    "function": "return torch.batch_norm(x, weight, bias, None, None, True, 0.0, eps, False)",
    "module": "return torch.nn.BatchNorm2d(x.shape[1], eps=eps, dtype=x.dtype)(x)",
    "operator": "return torch.ops.aten.native_batch_norm("
    "x, weight, bias, None, None, True, 0.0, eps)[0]",
    "group norm": "return torch.nn.functional.group_norm(x, 1)",
    "layer norm": "return torch.nn.functional.layer_norm(x, x.shape[1:])",
    "instance norm": "return torch.nn.functional.instance_norm(x)",
    "rms norm": "return torch.nn.functional.rms_norm(x, x.shape[1:])",
    "caught": "try:\n        torch.nn.functional.layer_norm(x, x.shape[1:])\n"
    "    except RuntimeError:\n        pass\n    return x",
}


@pytest.fixture
def check_source(tmp_path, monkeypatch):
    import bnlab

    monkeypatch.setattr(bnlab, "__file__", str(tmp_path / "__init__.py"))

    def check(name, source):
        (tmp_path / f"{name}.py").write_text(source)
        return checker.check(name)

    return check


@pytest.mark.parametrize("way", BATCH_NORM_2D)
def test_check_refuses_the_normalizations_of_torch(check_source, way):
    body = f"\n\ndef batch_norm_2d(x, weight, bias, eps=1e-5):\n    {BATCH_NORM_2D[way]}\n"
    before = torch.nn.functional.batch_norm
    result = check_source("channels", solutions.solved("channels") + body)
    (task,) = (each for each in result.tasks if each.task.name == "batch_norm_2d")
    assert not any(each.passed for each in task.outcomes), result
    assert "which is not allowed here." in str(result)
    assert task.hints == ()
    assert torch.nn.functional.batch_norm is before
    assert torch.nn.BatchNorm2d(2)(torch.randn(2, 2, 2, 2)).shape == (2, 2, 2, 2)


def test_check_refuses_them_in_a_unit_in_numpy(check_source):
    body = """
import torch


def normalize(x, mean, var, eps=1e-5):
    wide = torch.tensor(x).T[None]
    return torch.nn.functional.batch_norm(
        wide, torch.tensor(mean), torch.tensor(var), eps=eps
    )[0].T.numpy()
"""
    assert "imports torch (line 64), which grading does not have" in str(
        check_source("moments", solutions.solved("moments") + body)
    )


@pytest.mark.parametrize("name", [each for each in coded_units() if unit(each).allows_torch_norms])
def test_units_that_allow_them_are_checked_with_them(check_source, name):
    assert check_source(name, solutions.solved(name)).passed


def test_check_and_grader_refuse_the_same_normalizations():
    assert own_norms.NORMALIZATIONS == forbidden_ops.NORMALIZATIONS
