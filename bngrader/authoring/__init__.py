"""The files generated from `solutions/`, and the validation of the hidden tests."""
