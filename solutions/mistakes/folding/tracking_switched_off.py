"""Tracking is switched off.

loses: freeze
hint: Your batch norms stop tracking, and normalize with the batch instead. Frozen means that they
    use the statistics they have.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.track_running_stats = False
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
    return model
