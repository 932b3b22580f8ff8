"""The fake device: right numbers, and the two problems that a GPU would show."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from bnlab.kit.testing import remote_ops
from bnlab.kit.testing.fake_device import (
    DeviceMismatchError,
    FakeDeviceMode,
    FakeDeviceTensor,
    send,
)

X = torch.linspace(-2, 3, 24).reshape(4, 3, 2)


def here(value):
    return value.inner if isinstance(value, FakeDeviceTensor) else value


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: x.mean((0, 2)),
        lambda x: torch.var_mean(x, dim=(0, 2), correction=0)[0],
        lambda x: (x - x.mean()) * torch.rsqrt(x.var() + 0.5),
        lambda x: x.transpose(0, 1).reshape(3, -1).sum(1),
        lambda x: x.clone().mul_(2).add_(1),
        lambda x: torch.zeros(3, device=x.device) + x.sum((0, 2)),
        lambda x: torch.zeros_like(x) + x,
        lambda x: x.new_ones(3) * x.sum((0, 2)),
        lambda x: x * torch.tensor(2.0),
        lambda x: x * torch.tensor([2.0, 3.0], device=x.device),
        lambda x: torch.hypot(x, torch.as_tensor(2, dtype=x.dtype, device=x.device)),
        lambda x: x + torch.asarray([2.0, 3.0], device=x.device),
        lambda x: x + x.new_tensor([2, 3]),
        lambda x: x * x.new_tensor([2, 3], device="cpu").to(x),
        lambda x: torch.as_tensor(x, device=x.device) + 1,
        lambda x: x[torch.tensor([2, 0])],
        lambda x: torch.ones(3).to(x.device) + x.sum((0, 2)),
        lambda x: torch.where(x > 0, x, 0 * x),
        lambda x: torch.einsum("ncl->c", x),
        lambda x: torch.cat([x, x]),
        lambda x: x.half().float(),
    ],
)
def test_fake_device_computes_the_same_numbers(compute):
    with FakeDeviceMode() as device:
        fake = compute(send(X))
    assert isinstance(fake, FakeDeviceTensor)
    assert fake.device.type != "cpu"
    assert device.reads == []
    torch.testing.assert_close(fake.inner.detach(), compute(X.clone().requires_grad_()).detach())


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: x.sum((0, 2)) + torch.zeros(3),
        lambda x: torch.zeros(3).add_(x.sum((0, 2))),
        lambda x: torch.stack([x[0], torch.zeros(3, 2)]),
        lambda x: x * torch.arange(2.0),
        lambda x: x * torch.tensor([2.0, 3.0]),
        lambda x: torch.lerp(torch.zeros(3), x.sum((0, 2)), 0.1),
    ],
)
def test_fake_device_refuses_a_tensor_of_the_cpu(compute):
    with FakeDeviceMode(), pytest.raises(DeviceMismatchError):
        compute(send(X).detach())


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: x.mean().item(),
        lambda x: float(x.mean()),
        lambda x: 1 if x.sum() > 0 else 0,
        lambda x: x.cpu(),
        lambda x: torch.zeros(4, 3, 2).copy_(x),
        lambda x: torch.equal(x, x),
        lambda x: torch.tensor([x.mean(), x.std()], device=x.device),
    ],
)
def test_fake_device_records_a_read_and_continues(compute):
    with FakeDeviceMode() as device:
        compute(send(X).detach())
    assert device.reads


def test_fake_device_gives_the_gradients_of_the_cpu():
    layer = nn.Linear(2, 5).double()
    want = layer(X.double()).square().sum()
    want.backward()
    grads = [parameter.grad.clone() for parameter in layer.parameters()]
    with FakeDeviceMode():
        send(layer)(send(X.double()).detach()).square().sum().backward()
    for parameter, grad in zip(layer.parameters(), grads, strict=True):
        torch.testing.assert_close(here(parameter.grad), grad)


def test_send_moves_tensors_in_a_list():
    ((x, label),) = send([(torch.ones(3), torch.ones(3))])
    assert isinstance(x, FakeDeviceTensor)
    assert isinstance(label, FakeDeviceTensor)


def test_send_moves_buffers_and_no_other_attributes():
    layer = nn.BatchNorm1d(3)
    layer.plain = torch.zeros(3)
    with FakeDeviceMode():
        send(layer)
        layer.eval()
        assert isinstance(layer.running_mean, FakeDeviceTensor)
        assert not isinstance(layer.plain, FakeDeviceTensor)
        layer.running_mean.mul_(0.5)
        assert isinstance(layer.running_mean, FakeDeviceTensor)


@given(st.sampled_from(["stops", "waits", "runs"]))
def test_portable_reports_what_happens_and_where(kind):
    lines = {"stops": "x.sum(0) + torch.zeros(3)", "waits": "x * x.sum().item()", "runs": "x * 2"}
    source = f"import torch\n\n\ndef f(x):\n    return {lines[kind]}\n"
    space = {}
    exec(compile(source, "learner.py", "exec"), space)
    found = remote_ops.portable(space["f"], [torch.ones(2, 3)], "learner.py")
    assert found == {
        "stops": kind == "stops",
        "line": 5 if kind == "stops" else None,
        "waits": [5] if kind == "waits" else [],
    }


def test_portable_reports_numpy():
    found = remote_ops.portable(lambda x: x.detach().numpy().mean(), [torch.ones(2)], "learner.py")
    assert found["stops"]


def test_portable_raises_other_errors():
    with pytest.raises(RuntimeError, match="size of tensor"):
        remote_ops.portable(lambda x: x + x[:, :2], [torch.ones(2, 3)], "learner.py")


def test_fake_device_gives_its_numbers_as_a_list():
    with FakeDeviceMode() as device:
        assert send(torch.arange(3) + 0)[1:].tolist() == [1, 2]
        assert (send(torch.ones(2)) > 0).tolist() == [True, True]
    assert device.reads
