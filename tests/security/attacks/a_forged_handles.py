"""Returns handles that the child never issued: negative, very large, thousands of them.

item: A counterfeit protocol values
unit: folding
harm: the judge uses a value that it did not ask for
deserves: fold_batch_norm 0, recalibrate 0, freeze 0
says: "passed": false
control: by_design: a handle is a number that the judge only ever sends back to the same child
"""

import sys

Reference = sys.modules["bngrader.remote.wire"].Reference


def fold_batch_norm(layer, bn):
    return Reference(-1, "Linear")


def recalibrate(model, batches):
    return Reference(10**12, "Sequential")


def freeze(model):
    return [Reference(n, "Sequential") for n in range(5_000)]
