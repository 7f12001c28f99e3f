"""Publish, retire, tag or move many lessons of a quest at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.db.models import F

from course.authoring.creating import next_position
from course.authoring.saving import refresh_lesson
from course.authoring.schedule import NotReady, apply_status, check_ready
from course.content import outlines
from course.models import Chapter, Lesson, LessonText, Quest, Status, Tag

Act = Callable[[Lesson], None]


@dataclass
class Done:
    """How many lessons were changed, and why others were not."""

    count: int = 0
    refused: list[tuple[Lesson, str]] = field(default_factory=list)


def on_each(*, quest: Quest, lessons: Iterable[int], act: Act) -> Done:
    """Apply an act to lessons of the quest, then update its pages once.

    One that can't be published is reported; the others are changed all the same.
    """
    done = Done()
    with transaction.atomic():
        # The lock that every other change of the quest's lessons takes, too.
        stored = Quest.objects.select_for_update().get(pk=quest.pk)
        rows = stored.lessons.filter(pk__in=list(lessons)).select_related("quest", "thread")
        for lesson in rows.order_by("chapter__position", "position", "pk"):
            try:
                act(lesson)
            except NotReady as reason:
                done.refused.append((lesson, str(reason)))
            else:
                done.count += 1
        outlines.rebuild(stored)
    return done


def set_status(status: str) -> Act:
    """Return an act that gives lessons this status."""

    def act(lesson: Lesson) -> None:
        if status == Status.PUBLISHED:
            check_ready(lesson)
        if apply_status(lesson, status):
            refresh_lesson(lesson, lesson.quest)

    return act


def tag(slugs: Iterable[str], *, take: bool = False) -> Act:
    """Return an act that gives lessons these tags, or takes them away."""
    tags = [Tag.objects.get_or_create(slug=slug)[0] for slug in slugs]

    def act(lesson: Lesson) -> None:
        (lesson.tags.remove if take else lesson.tags.add)(*tags)
        shown = sorted(lesson.tags.values_list("slug", flat=True))
        for text in lesson.texts.only("extras"):
            extras = {**text.extras, "tags": shown}
            LessonText.objects.filter(pk=text.pk).update(extras=extras)
        # A form that was opened before holds the old tags: it has to notice.
        Lesson.objects.filter(pk=lesson.pk).update(version=F("version") + 1)

    return act


def move_to(chapter: Chapter) -> Act:
    """Return an act that puts lessons at the end of a chapter, in the order they had."""
    return partial(_append, chapter)


def _append(chapter: Chapter, lesson: Lesson) -> None:
    if lesson.chapter_id == chapter.pk:
        return
    lesson.chapter, lesson.position = chapter, next_position(chapter.lessons)
    lesson.save(update_fields=["chapter", "position"])
