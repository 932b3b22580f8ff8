"""The fold as a product with a diagonal matrix; recalibration with state kept and put back."""

import contextlib


def fold_batch_norm(layer, bn):
    weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
    scale = weight / (bn.running_var + bn.eps).sqrt()
    rows = torch.diag(scale) @ layer.weight.flatten(1)
    bias = 0 if layer.bias is None else layer.bias
    state = {
        "weight": rows.view_as(layer.weight).detach(),
        "bias": (scale * (bias - bn.running_mean) + shift).detach(),
    }
    if isinstance(layer, nn.Linear):
        folded = nn.Linear(layer.in_features, layer.out_features)
    else:
        keys = ("stride", "padding", "dilation", "groups", "padding_mode")
        geometry = {key: getattr(layer, key) for key in keys}
        folded = nn.Conv2d(layer.in_channels, layer.out_channels, layer.kernel_size, **geometry)
    folded = folded.to(layer.weight.dtype)
    folded.load_state_dict(state)
    return folded


@contextlib.contextmanager
def averaging(model):
    modules = list(model.modules())
    modes = [module.training for module in modules]
    momenta = [getattr(module, "momentum", None) for module in modules]
    for module in modules:
        module.training = isinstance(module, nn.modules.batchnorm._BatchNorm)
        if module.training:
            module.momentum = None
            module.running_mean.zero_()
            module.running_var.fill_(1)
            module.num_batches_tracked.zero_()
    yield
    for module, training, momentum in zip(modules, modes, momenta, strict=True):
        if hasattr(module, "momentum"):
            module.momentum = momentum
        module.training = training


def recalibrate(model, batches):
    with torch.no_grad(), averaging(model):
        for x in list(batches):
            model(x)
    return model


def freeze(model):
    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.train(False)
        for parameter in norm.parameters():
            parameter.requires_grad = False
    return model
