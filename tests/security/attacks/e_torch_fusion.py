"""Calls torch's fuse_conv_bn_eval for the task of folding.

item: E other people's code for the whole task
unit: folding
harm: the task is not done. The task does not forbid the call, so the marks stay and the teacher
    gets a remark
deserves: everything
says: names fuse_conv_bn_eval: torch's own code for the whole task.
control: by_design: the code is right; the static review names the call
"""

from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

honest = fold_batch_norm


def fold_batch_norm(layer, bn):
    if not bn.affine:
        return honest(layer, bn)
    fuse = fuse_linear_bn_eval if isinstance(layer, nn.Linear) else fuse_conv_bn_eval
    with torch.no_grad():
        return fuse(copy.deepcopy(layer).eval(), copy.deepcopy(bn).eval())
