"""The weight of batch norm is dropped.

loses: fold_batch_norm
hint: Your factor lacks the weight of batch norm. It multiplies what has been normalized.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        scale = 1 / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + (bn.bias if bn.affine else 0))
    return folded
