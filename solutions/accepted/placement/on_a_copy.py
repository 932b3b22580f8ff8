"""A layer for each word of a table; accuracy of a copy in inference mode; a tensor as result."""

import copy


def conv_block(in_channels, out_channels, order):
    words = {"none": "conv relu", "before": "conv norm relu", "after": "conv relu norm"}
    if order not in words:
        raise ValueError(order)
    make = {
        "conv": lambda: nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before"),
        "norm": lambda: nn.BatchNorm2d(out_channels),
        "relu": lambda: nn.ReLU(),
    }
    return nn.Sequential(*(make[word]() for word in words[order].split()))


def evaluate(model, batches):
    twin = copy.deepcopy(model).eval()
    with torch.inference_mode():
        hits = torch.cat([twin(x).argmax(-1) == label for x, label in batches])
    return hits.double().mean()


def paired_interval(a, b, confidence=0.95):
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("two or more pairs are needed")
    d = np.subtract(b, a)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half
