"""A copy is recalibrated.

loses: recalibrate
hint: Your function recalibrates a copy and leaves the model as it was. This one works in place.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    model = copy.deepcopy(model)
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
        norm.momentum = momenta[norm]
    for module, training in modes.items():
        module.training = training
    return model
