"""Eps replaces a small variance.

loses: fold_batch_norm
hint: You use eps as a lower bound of the variance. It is added to every variance, large or
    small.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var.clamp(min=bn.eps))
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter(
            ((bias - bn.running_mean) * scale + shift).to(layer.weight.dtype)
        )
    return folded
