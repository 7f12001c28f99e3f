"""The errors that lessons show on purpose: samples whose captured run failed."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Viewer
from course.content.resolvers import sample_name
from course.models import CodeSample, Lesson, Quest

# The line that names the error; a program may have printed something before.
ERROR = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Warning|Interrupt|Exit|Iteration)\b", re.M)


@dataclass(frozen=True)
class Failure:
    """An error message, and the sample of a lesson that raises it."""

    lesson: int
    sample: str  # its id on the lesson's page is "sample-" and this
    name: str  # "jax.errors.KeyReuseError"
    message: str  # from the line with the name on

    @property
    def short_name(self) -> str:
        """The name without its modules."""
        return self.name.rsplit(".", 1)[-1]

    @property
    def line(self) -> str:
        """The first line of the message."""
        return self.message.split("\n", 1)[0]


def failures_of(quest: Quest, viewer: Viewer) -> list[Failure]:
    """Return the errors on the viewer's page of them; one query. Merged lessons have no page."""
    visible = Lesson.objects.visible_to(viewer)
    return failures(visible.filter(quest=quest, merged_into=None))


def failures(lessons: QuerySet[Lesson]) -> list[Failure]:
    """Return the errors of these lessons in reading order; one query."""
    rows = CodeSample.objects.filter(lesson__in=lessons, outcome=CodeSample.Outcome.ERROR)
    ordered = rows.order_by(
        "lesson__quest__position", "lesson__quest_id", "lesson__chapter__position",
        "lesson__position", "lesson_id", "position", "id",
    )  # fmt: skip
    found = ordered.values_list("lesson_id", "file", "output")
    return [failure for row in found if (failure := failure_of(*row))]


def failure_of(lesson: int, file: str, output: str) -> Failure | None:
    """Return the error in a sample's output, or None when it has no line of one."""
    lines = list(ERROR.finditer(output))
    if not lines:
        return None
    start = lines[0]
    return Failure(lesson, sample_name(file), start.group(), output[start.start() :].strip())
