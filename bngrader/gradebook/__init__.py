"""nbgrader: its preprocessors, its converters and its gradebook."""
