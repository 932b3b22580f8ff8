"""The layer keeps its own bias.

loses: fold_batch_norm
hint: Your folded layer has new weights and the old bias. The running mean and the bias of batch
    norm have to go somewhere: into the bias.
read: folding-bias
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight = bn.weight if bn.affine else 1
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter(bias)
    return folded
