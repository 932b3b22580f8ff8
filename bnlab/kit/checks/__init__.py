"""Public checks: the same properties as the hidden tests, on inputs of their own."""
