"""The bias of batch norm is dropped.

loses: fold_batch_norm
hint: Your folded layer lacks the bias of batch norm, its last step.
read: folding-bias
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight = bn.weight if bn.affine else 1
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale)
    return folded
