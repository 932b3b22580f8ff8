"""Answers every question for an accuracy with one half, and looks at no image.

item: E tables of what is expected
unit: placement
harm: an answer that is the same for everybody earns points
deserves: conv_block 4, evaluate 0, paired_interval 4
says: accuracy is wrong
control: by_design: batches and right answers are drawn, and none is an answer of no work
"""


def evaluate(model, batches):
    return 0.5
