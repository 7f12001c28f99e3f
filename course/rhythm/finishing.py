"""Remind a learner to finish a lesson: tomorrow, in three days or in a week.

The reminder is off as soon as the lesson is completed, even if that is undone later.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Notification, User
from accounts.notifications import Notice, notify
from accounts.zones import is_quiet, next_hour_of_day
from course.models import Lesson, LessonReminder, Part, Rhythm
from course.progress.bulk import insert_rows
from course.progress.marking import NotOpen
from course.progress.reading import Progress, progress_of
from course.progress.resuming import Place
from course.progress.times import learner_zone
from course.rhythm.goals import local_day

log = logging.getLogger(__name__)
KIND = "finish"
DAYS = (1, 3, 7)
USUAL_HOUR = 18  # for those who chose no hour for the reminder of the day
AT_ONCE = 500


def remind_later(*, learner: User, lesson: Lesson, days: int) -> datetime:
    """Remind the learner in so many days (one of DAYS); the last call wins. Returns when.

    Raises NotOpen for what can't be completed, or is already, and ValueError for other days.
    """
    if days not in DAYS:
        raise ValueError("this is not among the choices")
    progress = progress_of(learner)
    page = progress.known.by_uid.get(lesson.uid)
    if page is None or not page.open or progress.is_done(lesson.uid):
        raise NotOpen
    now = timezone.now()
    day = local_day(learner, now) + timedelta(days=days)
    at = datetime.combine(day, time(hour_for(learner)), learner_zone(learner.time_zone))
    row = LessonReminder(learner=learner, lesson=lesson, at=at, created_at=now)
    insert_rows([row], conflict=["learner", "lesson"], update=["at", "created_at"])
    return at


def hour_for(learner: User) -> int:
    """Return the hour at which the learner is reminded, outside of their quiet hours."""
    hours = Rhythm.objects.filter(learner=learner).values_list("remind_hour", flat=True)
    hour = hours.first()
    hour = USUAL_HOUR if hour is None else hour
    return learner.quiet_until if is_quiet(hour, learner.quiet_from, learner.quiet_until) else hour


def give_up(*, learner: User, lesson: Lesson) -> None:
    """Forget the reminder."""
    LessonReminder.objects.filter(learner=learner, lesson=lesson).delete()


def is_off(progress: Progress, uid: str, since: datetime) -> bool:
    """Return whether the lesson is done, or was completed after the reminder was asked for."""
    states = progress.states_of(uid, Part.LESSON.value)
    return any(state.done or (state.last_at or since) > since for state in states)


def tell_due(now: datetime | None = None) -> int:
    """Tell everybody whose time has come. Returns how many were told."""
    now = now or timezone.now()
    rows = LessonReminder.objects.filter(at__lte=now).select_related("learner", "lesson__quest")
    return sum(told_or_logged(row, now) for row in rows.order_by("at")[:AT_ONCE])


def told_or_logged(row: LessonReminder, now: datetime) -> bool:
    """Tell one learner and log an error, so that the others are still told."""
    try:
        return tell(row, now)
    except Exception:
        log.exception("The reminder %s of a lesson will be tried again", row.pk)
        return False


@transaction.atomic
def tell(row: LessonReminder, now: datetime) -> bool:
    """Take one reminder away and tell the learner, or put it off until quiet hours are over."""
    learner = row.learner
    # The condition on its time is the lock: of several workers one deletes or moves the row.
    own = LessonReminder.objects.filter(pk=row.pk, at=row.at)
    hour = now.astimezone(learner_zone(learner.time_zone)).hour
    if is_quiet(hour, learner.quiet_from, learner.quiet_until):
        own.update(at=next_hour_of_day(now, learner.quiet_until, learner.time_zone))
        return False
    if not own.delete()[0] or not learner.is_active or learner.delete_at:
        return False
    progress = progress_of(learner)
    page = progress.known.by_uid.get(row.lesson.uid)
    if page is None or not page.counts or is_off(progress, page.uid, row.created_at):
        return False
    notify(notice_of(learner, progress, page.uid, f"{KIND}:{page.uid}:{row.at:%Y-%m-%d}"))
    return True


def notice_of(learner: User, progress: Progress, uid: str, key: str) -> Notice:
    """Return the notice in the learner's language."""
    with override(learner.language):
        place = Place(progress.known.by_uid[uid])
        text = _("You wanted to come back to “%(lesson)s”. Shall we go on?")
        return Notice(learner, key, KIND, text % {"lesson": place.title}, place.url)


def recheck(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Before sending: None for lessons that are done meanwhile, or can't be read any more."""
    found: dict[int, Notice | None] = {}
    for row in notifications:
        progress, uid = progress_of(row.learner), row.key.split(":")[1]
        page = progress.known.by_uid.get(uid)
        if page is None or not page.counts or progress.is_done(uid):
            found[row.pk] = None
        else:
            found[row.pk] = notice_of(row.learner, progress, uid, row.key)
    return found
