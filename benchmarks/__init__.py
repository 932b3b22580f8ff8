"""Measurements of the speed and the recovery of the grader, and of the references."""
