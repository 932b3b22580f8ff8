"""Factor and shift are read off the layers themselves; statistics are collected by hooks."""


def fold_batch_norm(layer, bn):
    bn = copy.deepcopy(bn).eval()
    with torch.no_grad():
        zeros = torch.zeros_like(bn.running_mean).reshape(1, -1, *[1] * (layer.weight.dim() - 2))
        scale = bn(zeros + 1) - bn(zeros)
        start = zeros if layer.bias is None else zeros + layer.bias.reshape(zeros.shape)
        folded = copy.deepcopy(layer)
        folded.weight = nn.Parameter(layer.weight * scale.transpose(0, 1))
        folded.bias = nn.Parameter(bn(start).flatten())
    return folded


def recalibrate(model, batches):
    was_training = [m.training for m in model.modules()]
    norms = [m for m in model.modules() if isinstance(m, BATCH_NORMS)]
    seen = {norm: [] for norm in norms}

    def note(norm, inputs):
        rows = inputs[0].transpose(0, 1).flatten(1)
        seen[norm].append((rows.mean(1), rows.var(1)))

    hooks = [norm.register_forward_pre_hook(note) for norm in norms]
    model.eval()
    for norm in norms:
        norm.train()
    with torch.inference_mode():
        for x in batches:
            model(x)
    for hook in hooks:
        hook.remove()
    with torch.no_grad():
        for norm in norms:
            means, variances = zip(*seen[norm], strict=True)
            norm.running_mean.copy_(torch.stack(means).mean(0))
            norm.running_var.copy_(torch.stack(variances).mean(0))
    for module, training in zip(model.modules(), was_training, strict=True):
        module.training = training
    return model


def freeze(model):
    if isinstance(model, BATCH_NORMS):
        model.training = False
        model.weight.requires_grad = model.bias.requires_grad = False
    for child in model.children():
        freeze(child)
    return model
