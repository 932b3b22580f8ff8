"""What a call does to a model is seen, and what it may do is not reported."""

import gc
import types
import weakref

import pytest
import torch
from torch import nn

from bnlab.kit.testing.assertions import MismatchError
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.model_watch import WATCH, check_left_alone, defined


def do_nothing(model):
    return model


def change_a_mode(model):
    model[1].eval()


def change_momentum(model):
    model[1].momentum = 0.2


def change_a_flag(model):
    model[0].weight.requires_grad_(False)


def leave_a_hook(model):
    model[0].register_forward_hook(lambda *args: None)


def leave_a_gradient(model):
    model[0].bias.grad = torch.zeros_like(model[0].bias)


def clear_the_gradients(model):
    model.zero_grad()


def set_the_gradients_to_zero(model):
    model.zero_grad(set_to_none=False)


def bind_a_buffer(model):
    model[1].running_mean = torch.zeros(2)


def switch_gradients_off(model):
    torch.set_grad_enabled(False)


CHANGES = {
    change_a_mode: "the mode of a module",
    change_momentum: "the momentum of a module",
    change_a_flag: "the requires_grad of the model",
    leave_a_hook: "the number of hooks of the model",
    leave_a_gradient: "the gradient of the model",
    clear_the_gradients: "the gradient of the model",
    set_the_gradients_to_zero: "the gradient of the model",
    bind_a_buffer: "a tensor of the model",
    switch_gradients_off: "torch's gradient mode",
}


def seen(task, **how):
    module = types.ModuleType("bnlab.folding")
    module.task = task
    learner = LocalModule(module)
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    return defined(learner, WATCH, "watched")("task", model, **how)


@pytest.mark.parametrize("task", CHANGES)
def test_every_change_of_a_model_is_reported(task):
    with pytest.raises(MismatchError, match=CHANGES[task]):
        check_left_alone(seen(task))
    assert torch.is_grad_enabled()


def test_call_that_changes_nothing_is_not_reported():
    check_left_alone(seen(do_nothing))
    assert seen(do_nothing)["returned"] == "the model"
    assert seen(change_momentum)["returned"] == "nothing"


def test_change_that_is_asked_for_is_not_reported_and_its_absence_is():
    wanted = {"mode": {"1": False}}
    check_left_alone(seen(change_a_mode), wanted)
    with pytest.raises(MismatchError, match="as promised"):
        check_left_alone(seen(do_nothing), wanted)


def test_model_of_own_classes_keeps_its_names_and_numbers():
    ordinary = seen(do_nothing, again=[torch.ones(3, 2)])
    own = seen(do_nothing, own=True, again=[torch.ones(3, 2)])
    assert own["state"].keys() == ordinary["state"].keys()
    assert own["before"] == ordinary["before"]


def test_the_module_of_a_learner_is_freed_after_its_tests():
    learner = LocalModule(types.SimpleNamespace(do_nothing=do_nothing))
    first = defined(learner, WATCH.replace("<task>", "do_nothing"), "watched")
    assert defined(learner, WATCH.replace("<task>", "do_nothing"), "watched") == first
    alive = weakref.ref(learner)
    del learner, first
    gc.collect()
    assert alive() is None
