"""What everybody stands on: the grader's nouns, the answers on disk, a submission on disk."""
