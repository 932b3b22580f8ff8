"""eps is added to the standard deviation.

loses: fold_batch_norm
hint: Your factor adds eps to the root. It is added to the variance, inside the root.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / (torch.sqrt(bn.running_var) + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + shift)
    return folded
