"""The factors run along the input channels.

loses: fold_batch_norm
hint: Your factors run along the inputs of the layer. Batch norm has one factor for each output
    channel, and that is the first axis of the weight.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 2))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + shift)
    return folded
