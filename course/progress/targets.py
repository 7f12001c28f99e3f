"""Names of targets: `uid` for a lesson, `uid#…` for a part of it.

The parts are `exercise`, `q:<id>` for a question, `bookmark`, and `seen` for its changes.
"""

import re
from typing import NamedTuple

from course.models import QUESTION, Part

MARKS = (Part.BOOKMARK.value, Part.SEEN.value)  # what is set, but is no work
PATTERN = re.compile(r"([a-z0-9][a-z0-9-]{1,62}[a-z0-9])(?:#([a-z]{1,20}|q:[a-z0-9-]{2,40}))?")


class Target(NamedTuple):
    """A lesson, or a part of it."""

    uid: str
    part: str = Part.LESSON.value

    def __str__(self) -> str:
        return f"{self.uid}#{self.part}" if self.part else self.uid

    @property
    def question(self) -> str:
        """The id of the question, or ""."""
        return self.part.removeprefix(QUESTION) if self.part.startswith(QUESTION) else ""

    @property
    def is_work(self) -> bool:
        """Whether it can be completed: everything except marks."""
        return self.part not in MARKS

    @property
    def kind(self) -> str:
        """Its part, with one value for all questions."""
        return "question" if self.question else self.part


def question_target(uid: str, name: str) -> Target:
    """Return the target of a question."""
    return Target(uid, f"{QUESTION}{name}")


def read_target(text: object) -> Target | None:
    """Parse the name of a target; None if invalid."""
    match = PATTERN.fullmatch(text) if isinstance(text, str) else None
    return Target(match[1], match[2] or "") if match else None
