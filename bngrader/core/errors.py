"""The base class of the errors that a user can solve."""


class GraderError(ValueError):
    """A problem that the user can solve; the message says how."""
