"""bngrader: grades submissions with hidden tests against torch, in confined processes."""
