"""The ways in: the command, nbgrader's plugin, and nbgrader's gradebook."""
