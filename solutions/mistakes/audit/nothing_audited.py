"""The audit looks at nothing and lets every layer pass.

loses: audit
hint: Your audit raises nothing, whatever layer it is given. Compare the layer with torch's, and
    let torch.testing.assert_close or assert raise where they differ.
read: audit-probes
"""


def audit(make_layer):
    make_layer(3)  # and that is all
