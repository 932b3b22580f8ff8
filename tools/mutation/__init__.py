"""Mutation testing of the hidden tests: small changes of the references, which a test must fail."""
