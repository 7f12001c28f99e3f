"""Errors of comment operations, with messages for the user."""


class Refused(Exception):
    """The action is not allowed: `str()` is the translated reason, `status` the HTTP status."""

    status = 403


class TooMany(Refused):
    """A rate limit is exceeded."""

    status = 429


class Invalid(Refused):
    """The submitted data is not acceptable."""

    status = 400


class EditConflict(Refused):
    """Another text was saved meanwhile (perhaps in another tab); `current` is that text."""

    status = 409

    def __init__(self, message: str, *, current: str, version: int) -> None:
        super().__init__(message)
        self.current = current
        self.version = version
