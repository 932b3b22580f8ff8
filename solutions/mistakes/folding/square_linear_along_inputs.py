"""In a linear layer the factors run along the inputs if there are as many.

loses: fold_batch_norm
hint: In a linear layer your factors run along its inputs. That fits where there are as many inputs
    as outputs, and is wrong: the outputs are the first axis of the weight.
read: folding-formula
"""

_fold = fold_batch_norm


def fold_batch_norm(layer, bn):
    folded = _fold(layer, bn)
    if layer.weight.ndim == 2 and layer.weight.shape[0] == layer.weight.shape[1]:
        with torch.no_grad():
            weight = bn.weight if bn.affine else 1
            folded.weight.copy_(layer.weight * (weight * torch.rsqrt(bn.running_var + bn.eps)))
    return folded
