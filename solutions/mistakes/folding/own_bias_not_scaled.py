"""The bias of the layer is added as it is.

loses: fold_batch_norm
hint: Your folded layer adds the bias of the layer as it is. Batch norm stretches it as it stretches
    everything else it receives.
read: folding-bias
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter(bias - bn.running_mean * scale + shift)
    return folded
