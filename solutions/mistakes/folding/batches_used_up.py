"""The list of batches is emptied.

loses: recalibrate
hint: Your function takes the batches out of the caller's list, which is empty afterwards. Go
    through it without changing it.
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
        batches = batches if isinstance(batches, list) else list(batches)
        while batches:
            model(batches.pop(0))
    for norm in norms:
        norm.momentum = momenta[norm]
    for module, training in modes.items():
        module.training = training
    return model
