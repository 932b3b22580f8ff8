"""The batch norm must have a weight and a bias.

loses: fold_batch_norm
hint: Your code reads bn.weight and bn.bias, which are None where the batch norm is made with
    affine=False. Take 1 and 0 there.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + bn.bias)
    return folded
