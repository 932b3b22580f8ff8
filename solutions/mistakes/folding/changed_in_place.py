"""The layer itself is changed.

loses: fold_batch_norm
hint: Your function writes into the layer it was given, so folding twice folds twice. Work on a
    copy.
read: folding-purity
"""


def fold_batch_norm(layer, bn):
    folded = layer
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias.clone() if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + shift)
    return folded
