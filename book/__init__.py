"""The book: chapters, the figures that draw them and the experiments behind their numbers."""
