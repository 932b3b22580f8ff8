"""The model is in evaluation mode afterwards.

loses: recalibrate
hint: Your model ends in evaluation mode. Give each module back the mode it had.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    norms = [m for m in model.modules() if isinstance(m, BATCH_NORMS)]
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
    model.eval()
    return model
