"""Comparison of a folded layer with the layer and the batch norm that it replaces."""

import torch
from torch import nn

from .assertions import assert_close, assert_true, describe, dtype_name
from .copies import copied
from .model_watch import WATCH, check_left_alone, defined
from .tolerances import ATOL, LOW_PRECISION, RTOL

FOLD = (
    WATCH
    + """

def folded(layer, norm, x):
    pair = nn.ModuleList([layer, norm])
    before = account(pair)
    result = module.fold_batch_norm(layer, norm)
    if not isinstance(result, nn.Module):
        return {"kinds": [], "result": result}
    result = placed(result)
    with torch.no_grad():
        y = result(x) if {each.dtype for each in result.parameters()} == {x.dtype} else None
    seen = {
        "kinds": [type(each).__name__ for each in result.modules()],
        "y": y,
        "folded": state(result),
        "before": before,
        "after": account(pair),
        "gradients": torch.is_grad_enabled(),
        "rebound": [],
    }
    for each in result.parameters():
        each.data.fill_(7.0)  # where it shares memory with the layer, this shows there
    return seen | {"state": state(pair)}
"""
)

CLOSE = {
    torch.float64: (RTOL, ATOL),
    torch.float32: (LOW_PRECISION["float32"], LOW_PRECISION["float32"]),
    torch.float16: (0.02, 0.05),  # of numbers up to 20, after four operations that round
    torch.bfloat16: (0.1, 0.5),
}


def check_fold(learner, *cases, dtype=torch.float32):
    """Compare folded layers with the layer and its batch norm, in one dtype.

    Args:
        learner: the learner's module.
        cases: triples of a layer, a batch norm and the input of the layer.
        dtype: the dtype of all of them.
    """
    cases = [[each.to(dtype) for each in case] for case in cases]
    rtol, atol = CLOSE[dtype]
    calls = learner.call_each(defined(learner, FOLD, "folded"), cases)
    for (layer, norm, x), call in zip(cases, calls, strict=True):
        seen, wanted = call.result, type(layer).__name__
        if not seen["kinds"]:
            text = f"is {describe(seen['result'])}, expected a module."
            assert_true(False, "the result", text, describe(seen["result"]))
        right = seen["kinds"] == [wanted]
        assert_true(right, "the result", f"is not a single {wanted}.", seen["kinds"])
        for name in ("weight", "bias"):
            got = seen["folded"].get(name)
            what, precision = f"{name} of the folded layer", dtype_name(x)
            assert_true(got is not None, what, "is missing.")
            assert_true(got.dtype == dtype, what, f"is not {precision}.", dtype_name(got))
        with torch.no_grad():
            want = copied(norm).eval()(layer(x))
        assert_close(seen["y"], want, "output of the folded layer", rtol=rtol, atol=atol)
        check_left_alone(seen)
        for name, value in nn.ModuleList([layer, norm]).state_dict().items():
            which = type(norm if name.startswith("1.") else layer).__name__
            assert_close(seen["state"][name], value, f"{name[2:]} of the {which} after the call")


def neutral(channels):
    """Return a batch norm that changes no number; its eps is not 0, which torch 2.11 refuses."""
    norm = nn.BatchNorm1d(channels, eps=0.25).eval()
    norm.running_var.fill_(0.75)
    return norm
