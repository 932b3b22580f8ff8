"""A new convolution pads with zeros, whatever the layer does.

loses: fold_batch_norm
hint: Your new convolution has the size of the padding and not its mode: the layer may pad with
    its own pixels. Take over padding_mode, or copy the layer.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    folded = copy.deepcopy(layer)
    if isinstance(layer, nn.Conv2d):
        folded = nn.Conv2d(
            layer.in_channels, layer.out_channels, layer.kernel_size, layer.stride,
            layer.padding, layer.dilation, layer.groups,
        )  # fmt: skip
        folded.weight = nn.Parameter(layer.weight.detach().clone())
    with torch.no_grad():
        weight, shift = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight / torch.sqrt(bn.running_var + bn.eps)
        bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.running_mean)
        folded.weight *= scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
        folded.bias = nn.Parameter((bias - bn.running_mean) * scale + shift)
    return folded
