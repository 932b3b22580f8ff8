"""Layers with names, predictions put together before they are compared, Student's t by hand."""

from collections import OrderedDict


def conv_block(in_channels, out_channels, order):
    layers = OrderedDict()
    layers["conv"] = nn.Conv2d(
        in_channels, out_channels, kernel_size=3, stride=1, padding="same", bias=order != "before"
    )
    if order == "before":
        layers["norm"] = nn.BatchNorm2d(out_channels)
    layers["relu"] = nn.ReLU(inplace=True)
    if order == "after":
        layers["norm"] = nn.BatchNorm2d(out_channels)
    if order not in ("none", "before", "after"):
        raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
    return nn.Sequential(layers)


@torch.inference_mode()
def evaluate(model, batches):
    modes = {name: module.training for name, module in model.named_modules()}
    model.eval()
    answers, labels = zip(*((model(x).max(dim=-1).indices, y) for x, y in batches), strict=True)
    for name, module in model.named_modules():
        module.training = modes[name]
    return (torch.cat(answers) == torch.cat(labels)).double().mean()


def paired_interval(a, b, confidence=0.95):
    n = len(a)
    if n != len(b) or n < 2:
        raise ValueError("paired_interval: results are no pairs, expected two or more pairs.")
    differences = [after - before for before, after in zip(a, b, strict=True)]
    mean = sum(differences) / n
    variance = sum((each - mean) ** 2 for each in differences) / (n - 1)
    half = -stats.t(n - 1).ppf((1 - confidence) / 2) * (variance / n) ** 0.5
    return [mean - half, mean + half]
