"""Returns a model that describes itself as the right one and computes nothing.

item: A objects that lie about themselves
unit: placement
harm: the description passes instead of the values
deserves: conv_block 0, evaluate 4, paired_interval 4
says: "passed": false
control: by_design: a model is judged by what it computes; its description earns nothing alone
"""


class Pretender(nn.Sequential):
    def named_modules(self, *args, **kwargs):
        for index, name in enumerate(("Sequential", "Conv2d", "BatchNorm2d", "ReLU")):
            made = type(name, (), {})()
            made.training = True
            made.named_parameters = lambda recurse=True: iter(())
            yield str(index), made

    def forward(self, x):
        return torch.zeros(x.shape[0], 1, *x.shape[2:], dtype=x.dtype)


def conv_block(in_channels, out_channels, order):
    return Pretender()
