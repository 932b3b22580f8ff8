"""What teachers make from `solutions/`, and the proof that it is sound."""
