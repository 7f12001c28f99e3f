"""The name of a piece of work in the log: `uid` for a lesson, `uid#exercise` for its exercise."""

import re
from typing import NamedTuple

from course.models import Part

PATTERN = re.compile(r"([a-z0-9][a-z0-9-]{1,62}[a-z0-9])(?:#([a-z]{1,20}))?")


class Target(NamedTuple):
    """A lesson, or a part of it."""

    uid: str
    part: str = Part.LESSON.value

    def __str__(self) -> str:
        return f"{self.uid}#{self.part}" if self.part else self.uid


def read_target(text: object) -> Target | None:
    """The target that `text` names, or None when it is no name at all."""
    match = PATTERN.fullmatch(text) if isinstance(text, str) else None
    return Target(match[1], match[2] or "") if match else None
