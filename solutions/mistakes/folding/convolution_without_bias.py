"""The bias of a convolution is taken to be missing, that of a linear layer not.

loses: fold_batch_norm
hint: Your code drops the bias of a convolution. Many networks make convolutions without one in
    front of batch norm, but torch's default is to have it.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        own = isinstance(layer, nn.Linear) and layer.bias is not None
        bias = layer.bias if own else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + shift)
    return folded
