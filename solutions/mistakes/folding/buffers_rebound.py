"""New tensors take the place of the running statistics.

loses: recalibrate
hint: Your function binds new tensors to running_mean and running_var. Whoever holds the old
    ones, such as an average of models or a compiled graph, sees nothing of it: write into them.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.modules() if isinstance(m, BATCH_NORMS)]
    modes = {m: m.training for m in model.modules()}
    momenta = {m: m.momentum for m in norms}
    model.eval()
    for norm in norms:
        norm.train()
        norm.running_mean = torch.zeros_like(norm.running_mean)
        norm.running_var = torch.ones_like(norm.running_var)
        norm.num_batches_tracked.zero_()
        norm.momentum = None
    with torch.no_grad():
        for x in batches:
            model(x)
    for norm in norms:
        norm.momentum = momenta[norm]
    for module, training in modes.items():
        module.training = training
    return model
