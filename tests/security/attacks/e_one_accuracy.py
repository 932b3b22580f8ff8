"""Answers every question for an accuracy with the likeliest number for its count of images.

item: E tables of what is expected
unit: placement
harm: an answer that is the same for everybody earns points
deserves: conv_block 4, evaluate 0, paired_interval 4
says: accuracy is wrong
control: by_design: accuracies are drawn evenly from those of eighty images and more, twice for each
    property
"""


def evaluate(model, batches):
    n = sum(len(label) for _, label in batches)
    return int(0.625 * n + 0.5) / n
