"""The bias is made in torch's default dtype.

loses: fold_batch_norm
hint: The bias of your layer is float32 where its weight is half or double, because the zeros it
    begins with have torch's default dtype. Give them the dtype of the layer.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = torch.zeros(len(bn.running_mean))
        if layer.bias is not None:
            bias += layer.bias
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter(((bias - bn.running_mean) * scale + shift).float())
    return folded
