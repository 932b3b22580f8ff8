"""The outermost mode is given to every module.

loses: recalibrate
hint: Your function remembers one mode for the whole model, which wakes up a frozen batch norm. Each
    module has a mode of its own.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.modules() if isinstance(m, BATCH_NORMS)]
    training = model.training
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
    model.train(training)
    return model
