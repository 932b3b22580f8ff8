"""Computes honestly once, keeps the reply's bytes, and replays them to every later question.

item: B replaying old replies
harm: one right reply is paid many times
deserves: batch_moments part, normalize 3
says: var is wrong
control: design: each question draws other inputs, so a right reply is right once
"""

import sys

wire = sys.modules["bngrader.remote.wire"]
honest = batch_moments
kept = []


def batch_moments(x):
    if not kept:
        kept.append(honest(x))
    return kept[0]
