"""The package of the exercises: you complete the modules in this folder; `kit` is supplied."""
