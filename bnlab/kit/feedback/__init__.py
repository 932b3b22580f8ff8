"""What a learner gets back: checks, recognised mistakes, hints, links to the book."""
