"""A block around a block, running totals in tensors, and the interval from one call of scipy."""


def conv_block(in_channels, out_channels, order):
    norm, activation = nn.BatchNorm2d(out_channels), nn.ReLU()
    if order == "none":
        tail = [activation]
    elif order == "before":
        tail = [nn.Sequential(norm, activation)]
    elif order == "after":
        tail = [nn.Sequential(activation, norm)]
    else:
        raise ValueError(order)
    conv = nn.Conv2d(in_channels, out_channels, (3, 3), padding=(1, 1))
    if order == "before":
        conv.register_parameter("bias", None)
    return nn.Sequential(conv, *tail)


def evaluate(model, batches):
    training = [module for module in model.modules() if module.training]
    right, total = torch.tensor(0), torch.tensor(0)
    try:
        model.train(False)
        for x, label in batches:
            with torch.set_grad_enabled(False):
                scores = model(x)
            right = right + torch.eq(scores.argmax(-1), label).sum()
            total = total + label.numel()
    finally:
        for module in training:
            module.training = True
    return float(right.double() / total)


def paired_interval(a, b, confidence=0.95):
    difference = np.array(b, dtype=float) - np.array(a, dtype=float) if len(a) == len(b) else None
    if difference is None or difference.size < 2:
        raise ValueError("paired_interval: the results are not two or more pairs.")
    return tuple(stats.ttest_1samp(difference, 0).confidence_interval(confidence))
