"""What teachers make from `solutions/`, and the validation of the hidden tests."""
