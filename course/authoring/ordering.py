"""Bring the chapters and lessons of a quest into another order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from course import outlines
from course.models import Chapter, Lesson, Quest


class OrderRefused(Exception):
    """An order that can't be; the message says why, nothing was written."""


class OrderConflict(Exception):
    """Somebody else changed the order since it was seen; nothing was written."""


@dataclass
class Order:
    """Where everything is to stand; whatever is not named stays where it is."""

    chapters: dict[int, int] = field(default_factory=dict)  # id -> number
    lessons: dict[int, tuple[int, int]] = field(default_factory=dict)  # id -> (chapter id, number)


def digest(chapters: Iterable[Chapter], lessons: Iterable[Lesson]) -> str:
    """A short name of the order, to notice that it is another one."""
    rows = sorted(f"c {row.pk} {row.position}" for row in chapters)
    rows += sorted(f"l {row.pk} {row.chapter_id} {row.position}" for row in lessons)
    return sha256("\n".join(rows).encode()).hexdigest()[:32]


def reorder(*, quest: Quest, seen: str, order: Order) -> None:
    """Store the order, if the stored one is still the one that was seen.

    Raises OrderConflict, or OrderRefused for a chapter of another quest.
    """
    with transaction.atomic():
        Quest.objects.select_for_update().get(pk=quest.pk)
        chapters, lessons = list(quest.chapters.all()), list(quest.lessons.all())
        if seen != digest(chapters, lessons):
            raise OrderConflict
        known = {row.pk for row in chapters}
        for chapter in chapters:
            chapter.position = order.chapters.get(chapter.pk, chapter.position)
        for lesson in lessons:
            stands = (lesson.chapter_id, lesson.position)
            lesson.chapter_id, lesson.position = order.lessons.get(lesson.pk, stands)
            if lesson.chapter_id not in known:
                raise OrderRefused(_("There is no such chapter in this quest."))
        Chapter.objects.bulk_update(chapters, ["position"], batch_size=200)
        Lesson.objects.bulk_update(lessons, ["position", "chapter"], batch_size=200)
        outlines.rebuild(quest)
