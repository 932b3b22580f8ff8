"""The momentum is set to 0.1 afterwards.

loses: recalibrate
hint: Your batch norms end with torch's default momentum. Give each the momentum it had.
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
    for norm in norms:
        norm.momentum = 0.1
    for module, training in modes.items():
        module.training = training
    return model
