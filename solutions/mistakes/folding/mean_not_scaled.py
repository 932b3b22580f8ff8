"""The running mean is subtracted as it is.

loses: fold_batch_norm
hint: Your bias subtracts the running mean itself. The mean is taken off before the division, so it
    is divided too.
read: folding-bias
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter(bias * scale - bn.running_mean + shift)
    return folded
