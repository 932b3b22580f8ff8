"""Layers put in with insert, batch accuracies weighted by size, scipy's interval with a scale."""


def conv_block(in_channels, out_channels, order):
    position = {"none": None, "before": 1, "after": 2}
    if order not in position:
        raise ValueError("conv_block: order is unknown, expected none, before or after.")
    conv = nn.Conv2d(in_channels, out_channels, 3, 1, 1, bias=order in ("none", "after"))
    layers = [conv, nn.ReLU()]
    if position[order]:
        layers.insert(position[order], nn.BatchNorm2d(out_channels))
    return nn.Sequential(*layers)


def evaluate(model, batches):
    modes = list(map(lambda m: (m, m.training), model.modules()))
    for module, _ in modes:
        module.training = False
    shares, sizes = [], []
    with torch.no_grad():
        for x, label in batches:
            predicted = torch.softmax(model(x), dim=1).topk(1).indices.squeeze(1)
            shares.append(torch.mean((predicted == label).double()).item())
            sizes.append(len(x))
    for module, mode in modes:
        module.training = mode
    return float(np.average(shares, weights=sizes))


def paired_interval(a, b, confidence=0.95):
    if not len(a) == len(b) >= 2:
        raise ValueError("paired_interval: lengths are wrong, expected two or more pairs.")
    d = np.array(b) - np.array(a)
    if np.ptp(d) == 0:
        return d[0], d[0]
    return stats.t.interval(confidence, d.size - 1, loc=d.mean(), scale=stats.sem(d))
