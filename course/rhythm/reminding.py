"""The daily reminder: at an hour of one's own, only while something is left for today.

Once a day at most: the notification's key is the learner's date. A reminder that comes too late
(the worker was away, or the learner has moved to another time zone) is left out.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, override

from accounts.models import Notification, User
from accounts.notifications import Notice, notify
from accounts.zones import is_quiet, next_hour_of_day, zone_named
from course.models import Rhythm
from course.progress.due import left_today
from course.rhythm.claiming import A_MOMENT, claim, hours_since
from course.rhythm.goals import Today, Unit, local_day, today_of

log = logging.getLogger(__name__)
KIND = "reminder"
LATE = timedelta(hours=2)  # a later reminder would be one of another time of the day
AT_ONCE = 500


def next_reminder(hour: int, zone: str, now: datetime) -> datetime:
    """Return the next time after `now` when it is `hour`:00 in this zone."""
    return next_hour_of_day(now + A_MOMENT, hour, zone)


def remind_due(now: datetime | None = None) -> int:
    """Remind everybody whose hour has come and who has something left. Returns their number."""
    now = now or timezone.now()
    rows = Rhythm.objects.filter(remind_at__lte=now).select_related("learner")
    return sum(reminded_or_logged(row, now) for row in rows.order_by("remind_at")[:AT_ONCE])


def reminded_or_logged(row: Rhythm, now: datetime) -> bool:
    """Remind one learner and log an error, so that the others are still reminded."""
    try:
        return remind(row, now)
    except Exception:
        log.exception("The reminder of account %s will be tried again", row.pk)
        return False


@transaction.atomic
def remind(row: Rhythm, now: datetime) -> bool:
    """Claim one learner's reminder and store its notification. Returns whether there is one."""
    learner, hour = row.learner, row.remind_hour
    following = None if hour is None else next_reminder(hour, learner.time_zone, now)
    if not claim(row, "remind_at", following) or hour is None:
        return False
    if (
        not learner.is_active
        or learner.delete_at
        or hours_since(hour, now, learner.time_zone) > LATE
    ):
        return False
    notice = notice_now(learner, now)
    if notice is None:
        return False
    forget_earlier(notice)
    notify(notice)
    return True


def forget_earlier(notice: Notice) -> None:
    """Mark reminders of earlier days as read: yesterday's goal is nothing to come back to.

    Today's stays when the learner chose a later hour after it: there is no second one.
    """
    notice.learner.notifications.filter(kind=KIND).exclude(key=notice.key).mark_read()


def notice_now(learner: User, now: datetime) -> Notice | None:
    """Return what there is to say now; None in quiet hours, and when nothing is left for today."""
    local = now.astimezone(zone_named(learner.time_zone))
    if is_quiet(local.hour, learner.quiet_from, learner.quiet_until):
        return None
    today = today_of(learner, now)
    reviews = left_today(learner, now) if today is None else 0
    if today.met if today else not reviews:
        return None
    with override(learner.language):
        by_reviews = today is None or today.unit == Unit.REVIEWS
        return Notice(
            learner=learner,
            key=f"{KIND}:{local_day(learner, now)}",
            kind=KIND,
            text=words_for(today) if today else words_for_reviews(reviews),
            url=reverse("review" if by_reviews else "home"),
        )


def words_for(today: Today) -> str:
    """Return the reminder for a goal, in the active language."""
    left = today.left
    texts = {
        Unit.MINUTES: ngettext(
            "%(left)d minute to today's goal. A small step is enough.",
            "%(left)d minutes to today's goal. A small step is enough.",
            left,
        ),
        Unit.LESSONS: ngettext(
            "%(left)d lesson to today's goal. Shall we?",
            "%(left)d lessons to today's goal. Shall we begin with one?",
            left,
        ),
        Unit.REVIEWS: ngettext(
            "%(left)d review to today's goal. It takes a moment.",
            "%(left)d reviews to today's goal. They take a moment.",
            left,
        ),
    }
    return texts[Unit(today.unit)] % {"left": left}


def words_for_reviews(count: int) -> str:
    """Return the reminder for reviews without a goal, in the active language."""
    text = ngettext(
        "%(count)d question is ready for review. It takes a moment.",
        "%(count)d questions are ready for review. They take a moment.",
        count,
    )
    return text % {"count": count}


def recheck(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Before sending: say what is left by now; None when the day is over or nothing is left."""
    now = timezone.now()
    return {row.pk: still_true(row, now) for row in notifications}


def still_true(row: Notification, now: datetime) -> Notice | None:
    """Return the notice as of now, or None when it is of another day."""
    notice = notice_now(row.learner, now)
    return notice if notice and notice.key == row.key else None
