"""Properties, assertions, inputs and remote operations, for public checks and hidden tests."""
