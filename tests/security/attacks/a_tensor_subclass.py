"""Returns tensors of a subclass that overrides every torch function.

item: A tensor subclasses (__torch_function__, __torch_dispatch__)
unit: channels
harm: wrong code passes
deserves: channel_moments 0, batch_norm_2d 0
says: "passed": false
control: by_design: a result is sent as bytes with a dtype and a shape, from which the judge makes a
    plain tensor; methods of the subclass can run in the child only
"""


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        name = getattr(function, "__name__", "")
        if name in ("allclose", "equal", "isclose", "all", "__bool__"):
            return True
        return super().__torch_function__(function, types, args, kwargs or {})


def channel_moments(x):
    wrong = torch.zeros(x.shape[1], dtype=x.dtype).as_subclass(Liar)
    return wrong, wrong


def batch_norm_2d(x, weight, bias, eps=1e-5):
    return torch.zeros_like(x).as_subclass(Liar)
