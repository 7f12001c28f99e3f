"""Publish, schedule, retire and unpublish lessons."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from course.authoring.saving import refresh_derived
from course.content import outlines
from course.content.publishing import follow_quest
from course.models import Lesson, Quest, Status
from pagecache.changes import invalidate

log = logging.getLogger(__name__)


class NotReady(Exception):
    """The lesson can't be published; the message says what is missing."""


def publish(*, lesson: Lesson) -> None:
    """Publish the lesson now. Raises NotReady when it has no text."""
    with transaction.atomic():
        stored = locked(lesson)
        check_ready(stored)
        set_status(stored, Status.PUBLISHED)


def publish_quest(*, quest: Quest) -> None:
    """Publish the quest: from now on readers see its published lessons."""
    with transaction.atomic():
        stored = Quest.objects.select_for_update().get(pk=quest.pk)
        stored.status = Status.PUBLISHED
        stored.save(update_fields=["status"])
        follow_quest(stored)
        outlines.rebuild(stored)
        invalidate("site", f"quest:{stored.pk}")


def publish_later(*, lesson: Lesson, at: datetime) -> None:
    """Schedule the lesson for `at`. Raises NotReady without a text or for a past time."""
    if at <= timezone.now():
        raise NotReady(_("That time is past. To publish now, use “Publish now”."))
    with transaction.atomic():
        stored = locked(lesson)
        check_ready(stored)
        if stored.status == Status.PUBLISHED:
            raise NotReady(_("The lesson is published already."))
        stored.status, stored.publish_at, stored.merged_into = Status.DRAFT, at, None
        stored.save(update_fields=["status", "publish_at", "merged_into"])
        refresh_derived(stored, stored.quest)


def retire(*, lesson: Lesson) -> None:
    """Retire the lesson: it stays readable, but no longer counts and is no longer listed."""
    with transaction.atomic():
        set_status(locked(lesson), Status.RETIRED)


def back_to_draft(*, lesson: Lesson) -> None:
    """Make the lesson a draft that only staff see, and cancel its schedule."""
    with transaction.atomic():
        set_status(locked(lesson), Status.DRAFT)


def locked(lesson: Lesson) -> Lesson:
    """Return the current lesson; locks its quest until the transaction ends."""
    Quest.objects.select_for_update().get(pk=lesson.quest_id)
    return Lesson.objects.select_related("quest", "thread").get(pk=lesson.pk)


def check_ready(lesson: Lesson) -> None:
    """Raise NotReady without a text in the quest's source language."""
    words = lesson.texts.filter(language=lesson.quest.source_language).exclude(body="")
    if not words.exists():
        language = lesson.quest.get_source_language_display()
        raise NotReady(_("The lesson has no text in %(language)s yet.") % {"language": language})


def set_status(lesson: Lesson, status: str) -> None:
    """Save the status and update the pages; does nothing if it is unchanged.

    The lesson's version is not incremented, so that open forms stay valid.
    """
    if apply_status(lesson, status):
        refresh_derived(lesson, lesson.quest)


def apply_status(lesson: Lesson, status: str) -> bool:
    """Save the status, without the pages. Returns whether it changed.

    A lesson that was retired in favour of another stands for itself again.
    """
    merged = lesson.merged_into_id and status != Status.RETIRED
    if lesson.status == status and lesson.publish_at is None and not merged:
        return False
    lesson.status, lesson.publish_at = status, None
    if merged:
        lesson.merged_into = None
    lesson.save(update_fields=["status", "publish_at", "merged_into"])
    return True


def publish_due(now: datetime | None = None) -> int:
    """Publish every draft that is due. Returns their number; safe to call twice.

    One that can't be published stays scheduled and is logged; the others are still published.
    """
    due = Lesson.objects.filter(status=Status.DRAFT, publish_at__lte=now or timezone.now())
    count = 0
    for lesson in due.order_by("publish_at", "pk"):
        try:
            count += publish_one_due(lesson)
        except NotReady as reason:
            log.warning("lesson %s is due but was not published: %s", lesson.uid, reason)
        except Exception:
            log.exception("lesson %s is due but was not published", lesson.uid)
    return count


def publish_one_due(lesson: Lesson) -> bool:
    """Publish a scheduled draft. Returns False when it was rescheduled meanwhile.

    Raises NotReady when it no longer has a text.
    """
    with transaction.atomic():
        stored = locked(lesson)
        if stored.status != Status.DRAFT or stored.publish_at != lesson.publish_at:
            return False
        check_ready(stored)
        set_status(stored, Status.PUBLISHED)
    return True
