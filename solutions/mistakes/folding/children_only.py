"""Only the direct children of the model are searched.

loses: recalibrate
hint: Your function looks at the outermost layers only. Batch norms hide in blocks, and a model may
    be one itself.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.children() if isinstance(m, BATCH_NORMS)]
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
