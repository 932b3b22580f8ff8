from torch import nn

bn = nn.BatchNorm2d(4)
learned = dict(bn.named_parameters())
for name, tensor in bn.state_dict().items():
    kind = "parameter" if name in learned else "buffer"
    print(f"{name:20} {kind:10} {tensor.dtype} {tuple(tensor.shape)}")
