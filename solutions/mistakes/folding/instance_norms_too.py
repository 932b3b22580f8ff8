"""Instance norms are recalibrated as well.

loses: recalibrate
hint: Your function recalibrates everything that has running statistics. Instance norm can have
    some, and they are not yours to change: choose by the class.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.modules() if getattr(m, "running_mean", None) is not None]
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
