"""Classes made from torch's batch norms are not recalibrated.

loses: recalibrate
hint: Your function compares the class of a module with torch's classes. A class that is made
    from one of them is a batch norm as well: ask with isinstance.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.modules() if type(m) in BATCH_NORMS]
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
