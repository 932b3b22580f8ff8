"""Programs that the Makefile runs, or that contributors run by hand."""
