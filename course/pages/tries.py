"""How learners' checks of exercises end, for authors: sums, never a person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from course.models import CheckedTry, Lesson, Quest

FAILING = (CheckedTry.Ended.FAILED, CheckedTry.Ended.ERROR)


@dataclass
class ExerciseTries:
    """How the checks of one exercise ended, and what failed most often."""

    lesson: Lesson
    title: str
    ends: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """All tries."""
        return self.ends.total()

    @property
    def most_failing(self) -> tuple[str, int] | None:
        """The most frequent message and how often it came; None when nothing failed."""
        return next(iter(self.messages.most_common(1)), None)


def tries_of(
    quest: Quest, lessons: Mapping[int, tuple[Lesson, str]], language: str
) -> list[ExerciseTries]:
    """The exercises of these lessons that were checked, in the lessons' order; one query.

    `lessons` are lessons with their titles by primary key. Of an error only its type was kept, so
    no message tells what a learner wrote.
    """
    found: dict[int, ExerciseTries] = {}
    kept = CheckedTry.objects.filter(lesson__quest=quest).values_list("lesson", "ended", "message")
    for lesson, ended, message, count in kept.annotate(count=Count("id")).order_by():
        if lesson not in lessons:
            continue
        tries = found.setdefault(lesson, ExerciseTries(*lessons[lesson]))
        tries.ends[ended] += count
        if ended in FAILING:
            tries.messages[message_in(message, language)] += count
    return [found[lesson] for lesson in lessons if lesson in found]


def message_in(message: Mapping[str, str], language: str) -> str:
    """A message in the author's language, else in any."""
    return message.get(language) or next(iter(message.values()), "")
