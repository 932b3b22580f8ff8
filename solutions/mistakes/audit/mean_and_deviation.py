"""The output must have mean 0 and standard deviation 1, and that is all.

loses: audit
hint: You test that outputs have mean 0 and deviation 1. Many wrong layers do that, and a right
    one with another weight does not: compare with torch's layer, number by number.
read: audit-probes
"""


def audit(make_layer):
    torch.manual_seed(0)
    layer = make_layer(3).double()
    for shape in ((64, 3), (8, 3, 5, 5)):
        y = layer(torch.randn(shape, dtype=torch.float64) * 3 + 5)
        axes = [0, *range(2, y.ndim)]
        assert torch.allclose(y.mean(axes), torch.zeros(3).double(), atol=1e-3)
        assert torch.allclose(y.std(axes), torch.ones(3).double(), atol=1e-2)
