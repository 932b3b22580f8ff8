"""The momentum of the first batch norm is given to all.

loses: recalibrate
hint: Your batch norms all end with the momentum of one of them. Remember one momentum for each.
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
    with torch.no_grad():
        for x in batches:
            model(x)
    for norm in norms:
        norm.momentum = momenta[norms[0]]
    for module, training in modes.items():
        module.training = training
    return model
