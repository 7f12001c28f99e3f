"""Reorder the chapters and lessons of a quest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from course.content import outlines
from course.models import Chapter, Lesson, Quest


class OrderRefused(Exception):
    """An invalid order; the message says why. Nothing was written."""


class OrderConflict(Exception):
    """The order was changed by somebody else meanwhile; nothing was written."""


@dataclass
class Order:
    """New positions; chapters and lessons not named keep theirs."""

    chapters: dict[int, int] = field(default_factory=dict)  # id -> number
    lessons: dict[int, tuple[int, int]] = field(default_factory=dict)  # id -> (chapter id, number)


def digest(chapters: Iterable[Chapter], lessons: Iterable[Lesson]) -> str:
    """Return a hash of the order, used to detect changes."""
    rows = sorted(f"c {row.pk} {row.position}" for row in chapters)
    rows += sorted(f"l {row.pk} {row.chapter_id} {row.position}" for row in lessons)
    return sha256("\n".join(rows).encode()).hexdigest()[:32]


def reorder(*, quest: Quest, seen: str, order: Order) -> None:
    """Save the order if the stored one is still the one the author saw.

    Raises OrderConflict, or OrderRefused for a chapter of another quest.
    """
    with transaction.atomic():
        Quest.objects.select_for_update().get(pk=quest.pk)
        chapters, lessons = list(quest.chapters.all()), list(quest.lessons.all())
        if seen != digest(chapters, lessons):
            raise OrderConflict
        known = {row.pk for row in chapters}
        renumbered, moved = [], []
        for chapter in chapters:
            before = chapter.position
            chapter.position = order.chapters.get(chapter.pk, before)
            if chapter.position != before:
                renumbered.append(chapter)
        for lesson in lessons:
            stands = (lesson.chapter_id, lesson.position)
            lesson.chapter_id, lesson.position = order.lessons.get(lesson.pk, stands)
            if lesson.chapter_id not in known:
                raise OrderRefused(_("There is no such chapter in this quest."))
            if (lesson.chapter_id, lesson.position) != stands:
                moved.append(lesson)
        Chapter.objects.bulk_update(renumbered, ["position"], batch_size=200)
        Lesson.objects.bulk_update(moved, ["position", "chapter"], batch_size=200)
        if renumbered or moved:
            outlines.rebuild(quest)
