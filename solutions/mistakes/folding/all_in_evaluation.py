"""The batch norms are in evaluation mode, too.

loses: recalibrate
hint: Your batch norms are in evaluation mode during the pass, and do not look at the batches. They,
    and only they, have to be in training mode.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.modules() if isinstance(m, BATCH_NORMS)]
    modes = {m: m.training for m in model.modules()}
    momenta = {m: m.momentum for m in norms}
    model.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    with torch.no_grad():
        for x in batches:
            model(x)
    for norm in norms:
        norm.momentum = momenta[norm]
    for module, training in modes.items():
        module.training = training
    return model
