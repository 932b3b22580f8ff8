"""The momentum stays None.

loses: recalibrate
hint: Your batch norms average plainly for ever after. Give each its own momentum back.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.modules() if isinstance(m, BATCH_NORMS)]
    modes = {m: m.training for m in model.modules()}
    model.eval()
    for norm in norms:
        norm.train()
        norm.reset_running_stats()
        norm.momentum = None
    with torch.no_grad():
        for x in batches:
            model(x)
    for module, training in modes.items():
        module.training = training
    return model
