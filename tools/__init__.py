"""What the Makefile runs: each verb that is more than one command."""
