"""A case for each order; accuracy of all labels joined; pairs by a strict zip."""


def conv_block(in_channels, out_channels, order):
    match order:
        case "none":
            return nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=3, padding="same"), nn.ReLU()
            )
        case "before":
            return nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=3, padding="same", bias=False),
                nn.BatchNorm2d(out_channels),
                nn.ReLU(),
            )
        case "after":
            return nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=3, padding="same"),
                nn.ReLU(),
                nn.BatchNorm2d(out_channels),
            )
        case _:
            raise ValueError(order)


def evaluate(model, batches):
    modes = {m: m.training for m in model.modules()}
    try:
        with torch.inference_mode():
            model.eval()
            right = torch.cat([(model(x).argmax(-1) == y) for x, y in batches])
        return right.double().mean().item()
    finally:
        for m, t in modes.items():
            m.train(t) if not list(m.children()) else setattr(m, "training", t)


def paired_interval(a, b, confidence=0.95):
    d = [y - x for x, y in zip(a, b, strict=True)]
    if len(d) < 2:
        raise ValueError("two pairs at least")
    m = sum(d) / len(d)
    s = (sum((e - m) ** 2 for e in d) / (len(d) - 1)) ** 0.5
    t = stats.t(len(d) - 1).isf((1 - confidence) / 2)
    return m - t * s / len(d) ** 0.5, m + t * s / len(d) ** 0.5
