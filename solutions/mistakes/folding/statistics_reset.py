"""The running statistics are reset.

loses: freeze
hint: Your batch norms are frozen with fresh statistics, mean 0 and variance 1. They must keep what
    they have learned.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.reset_running_stats()
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
    return model
