"""A running course: submissions, journal, grading, class report."""
