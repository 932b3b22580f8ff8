"""A new convolution has the height of kernel, stride and padding for the width too.

loses: fold_batch_norm
hint: Your new convolution is square: it takes the first number of kernel_size, stride and
    padding for both directions. Take over the pairs, or copy the layer.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    if isinstance(layer, nn.Conv2d):
        side = layer.kernel_size[0]
        padding = layer.padding if isinstance(layer.padding, str) else layer.padding[0]
        folded = nn.Conv2d(
            layer.in_channels, layer.out_channels, side, layer.stride[0], padding,
            layer.dilation[0], layer.groups, padding_mode=layer.padding_mode,
        )  # fmt: skip
        folded.weight = nn.Parameter(layer.weight.detach()[..., :side, :side].clone())
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (folded.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + shift)
    return folded
