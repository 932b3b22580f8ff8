"""Gradients are switched off by freezing the weights for good.

loses: recalibrate
hint: Your function switches gradients off at the weights and leaves them so: the model cannot
    be trained any more. Switch them off for the duration of the pass.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.modules() if isinstance(m, BATCH_NORMS)]
    modes = {m: m.training for m in model.modules()}
    momenta = {m: m.momentum for m in norms}
    model.eval()
    for norm in norms:
        norm.train()
        norm.reset_running_stats()
        norm.momentum = None
    model.requires_grad_(False)
    for x in batches:
        model(x)
    for norm in norms:
        norm.momentum = momenta[norm]
    for module, training in modes.items():
        module.training = training
    return model
