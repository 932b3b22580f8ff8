"""nbgrader: converters, preprocessors, gradebook, feedback for learners."""
