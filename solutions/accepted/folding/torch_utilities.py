"""Torch's own fusion, a counter of batches for the average, and its base class of batch norms."""

from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils import fusion


def fold_batch_norm(layer, bn):
    fuse = fusion.fuse_linear_bn_eval if isinstance(layer, nn.Linear) else fusion.fuse_conv_bn_eval
    bn = copy.deepcopy(bn).eval()
    if not bn.affine:  # which torch's fusion of linear layers does not know
        bn.weight = nn.Parameter(torch.ones_like(bn.running_var))
        bn.bias = nn.Parameter(torch.zeros_like(bn.running_var))
    return fuse(copy.deepcopy(layer).eval(), bn)


@torch.no_grad()
def recalibrate(model, batches):
    before = {m: (m.training, getattr(m, "momentum", None)) for m in model.modules()}
    norms = [m for m in before if isinstance(m, _BatchNorm)]
    model.eval()
    for count, x in enumerate(batches, 1):
        for norm in norms:
            norm.train()
            norm.momentum = 1 / count
        model(x)
    for module, (training, momentum) in before.items():
        module.training = training
        if module in norms:
            module.momentum = momentum
    return model


def freeze(model):
    model.apply(lambda m: m.eval().requires_grad_(False) if isinstance(m, _BatchNorm) else m)
    return model
