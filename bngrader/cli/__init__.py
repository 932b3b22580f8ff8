"""The command `bngrader`, one module for each subcommand."""
