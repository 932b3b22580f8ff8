"""The bias of the layer is dropped.

loses: fold_batch_norm
hint: Your folded layer forgets the bias that the layer had. It is part of what batch norm receives.
read: folding-bias
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter(-bn.running_mean * scale + shift)
    return folded
