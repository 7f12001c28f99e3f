"""Why something was not done, in words for the person who tried."""


class Refused(Exception):
    """Understood and refused: `str()` is the translated reason, `status` the HTTP answer."""

    status = 403


class TooMany(Refused):
    """Too much in too short a time."""

    status = 429


class Invalid(Refused):
    """What was sent can't be accepted as it is."""

    status = 400


class EditConflict(Refused):
    """Somebody (another tab) saved another text meanwhile; `current` is that text."""

    status = 409

    def __init__(self, message: str, *, current: str, version: int) -> None:
        super().__init__(message)
        self.current = current
        self.version = version
