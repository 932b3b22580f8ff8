"""torch.set_grad_enabled(False) is left behind.

loses: recalibrate
hint: Your function switches torch's gradients off and not on again: nothing can be trained
    after it. Use torch.no_grad as a context.
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
    torch.set_grad_enabled(False)
    for x in batches:
        model(x)
    for norm in norms:
        norm.momentum = momenta[norm]
    for module, training in modes.items():
        module.training = training
    return model
