"""The diagnosis of wrong results, for the learner's check and for the grader."""
