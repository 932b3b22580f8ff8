"""The layer must run and keep the shape.

loses: audit
hint: You test that the layer runs and keeps the shape. So does a layer that does nothing: compare
    the values.
read: audit-probes
"""


def audit(make_layer):
    layer = make_layer(3)
    for shape in ((4, 3), (4, 3, 5, 2)):
        x = torch.randn(shape)
        assert layer.train()(x).shape == x.shape
        assert layer.eval()(x).shape == x.shape
