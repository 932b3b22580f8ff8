"""The new layer keeps the weight of the old one where there is nothing to scale.

loses: fold_batch_norm
hint: Your new layer shares its weight with the old one where the scale is 1: whoever trains or
    changes one changes both. A new layer has memory of its own.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + shift)
    if torch.equal(folded.weight, layer.weight):
        folded.weight = layer.weight
    return folded
