"""The hooks that collect the statistics stay at the layers.

loses: recalibrate
hint: Your function leaves its hooks at the batch norms, so that each later batch runs them as
    well. Call remove() on each handle when the batches have passed.
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
    for norm in norms:
        norm.register_forward_hook(lambda module, inputs, output: None)
    with torch.no_grad():
        for x in batches:
            model(x)
    for norm in norms:
        norm.momentum = momenta[norm]
    for module, training in modes.items():
        module.training = training
    return model
