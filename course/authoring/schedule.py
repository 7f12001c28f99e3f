"""Publish now, publish later, retire, take back: a lesson's way through its states."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from course.authoring.saving import finish
from course.models import Lesson, Quest, Status

log = logging.getLogger(__name__)


class NotReady(Exception):
    """The lesson can't be published; the message says what is missing."""


def publish(*, lesson: Lesson) -> None:
    """Readers have the lesson from now on. Raises NotReady when it has no text."""
    with transaction.atomic():
        stored = locked(lesson)
        check_ready(stored)
        set_status(stored, Status.PUBLISHED)


def publish_later(*, lesson: Lesson, at: datetime) -> None:
    """Readers have the lesson from `at` on. Raises NotReady without a text or for the past."""
    if at <= timezone.now():
        raise NotReady(_("That time is past. To publish now, use “Publish now”."))
    with transaction.atomic():
        stored = locked(lesson)
        check_ready(stored)
        if stored.status == Status.PUBLISHED:
            raise NotReady(_("The lesson is published already."))
        stored.status, stored.publish_at = Status.DRAFT, at
        stored.save(update_fields=["status", "publish_at"])
        finish(stored, stored.quest)


def retire(*, lesson: Lesson) -> None:
    """The lesson stays readable, but counts no more and is offered no more."""
    with transaction.atomic():
        set_status(locked(lesson), Status.RETIRED)


def back_to_draft(*, lesson: Lesson) -> None:
    """Only staff see the lesson, and it is not scheduled."""
    with transaction.atomic():
        set_status(locked(lesson), Status.DRAFT)


def locked(lesson: Lesson) -> Lesson:
    """The lesson as it is now; its quest is locked until the transaction ends."""
    Quest.objects.select_for_update().get(pk=lesson.quest_id)
    return Lesson.objects.select_related("quest", "thread").get(pk=lesson.pk)


def check_ready(lesson: Lesson) -> None:
    """Raises NotReady without a text in the quest's source language."""
    words = lesson.texts.filter(language=lesson.quest.source_language).exclude(body="")
    if not words.exists():
        language = lesson.quest.get_source_language_display()
        raise NotReady(_("The lesson has no text in %(language)s yet.") % {"language": language})


def set_status(lesson: Lesson, status: str) -> None:
    """Write the status and bring the pages up to date; the same status again changes nothing.

    The lesson's version stays: no form holds the status, so nobody's open form gets stale by it.
    """
    if lesson.status == status and lesson.publish_at is None:
        return
    lesson.status, lesson.publish_at = status, None
    lesson.save(update_fields=["status", "publish_at"])
    finish(lesson, lesson.quest)


def publish_due(now: datetime | None = None) -> int:
    """Publish every draft whose time has come; returns how many. Safe to call twice.

    One that can't be published stays scheduled, is told to the log, and stops no other.
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
    """Publish a draft as it was scheduled; False when somebody decided otherwise meanwhile.

    Raises NotReady when its text went meanwhile.
    """
    with transaction.atomic():
        stored = locked(lesson)
        if stored.status != Status.DRAFT or stored.publish_at != lesson.publish_at:
            return False
        check_ready(stored)
        set_status(stored, Status.PUBLISHED)
    return True
