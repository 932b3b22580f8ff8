"""A new convolution has the default stride, padding, dilation and groups.

loses: fold_batch_norm
hint: Your new convolution has the right numbers and the default geometry. Stride, padding, dilation
    and groups belong to the layer as well.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    if isinstance(layer, nn.Conv2d):
        folded = nn.Conv2d(layer.in_channels, layer.out_channels, layer.kernel_size)
        folded.weight = nn.Parameter(layer.weight.detach().clone())
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + shift)
    return folded
