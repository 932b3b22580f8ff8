"""What answers a learner: the check and what it names, hints, the game, the way to the book."""
