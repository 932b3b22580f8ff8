"""bngrader: hidden tests against torch, with learner code on the far side of a border."""
