"""The border: the learner's code on the far side, data on the wire, a tier that was tried."""
