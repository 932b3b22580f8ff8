"""The new layer has the default dtype.

loses: fold_batch_norm
hint: Your new layer is made in torch's default precision. A layer in double precision stays in
    double precision.
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
    return folded.float()
