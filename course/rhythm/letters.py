"""The weekly letter, for those who asked for it: what was done, what is due, what is new.

It is a mail alone, sent on Monday morning by the learner's own clock. Whether somebody wants it is
their mail preference, so the one-click link of the mail ends it like that of every other mail.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.mailing import outbox
from accounts.mailing.delivery import address_of
from accounts.mailing.messages import absolute, stop_url
from accounts.models import MailPreference, User
from accounts.zones import next_hour_of_day
from course.models import Lesson, Part, QuestFollow, Rhythm
from course.progress.due import left_today
from course.progress.reading import Progress, progress_of
from course.progress.resuming import Place
from course.rhythm.claiming import A_MOMENT, claim
from course.rhythm.goals import local_day, reviews_on

log = logging.getLogger(__name__)
KIND = "letter"
HOUR = 8
WEEK = timedelta(days=7)
LATE = timedelta(days=2)  # a later letter would be about another week
MOST = 10  # titles of each list
AT_ONCE = 200
Choice = MailPreference.Choice


@dataclass(frozen=True)
class Letter:
    """A learner's week, in their language."""

    done: list[Place]
    reviews: int
    days: int
    due: int
    fresh: list[Place]

    @property
    def more_done(self) -> int:
        """How many lessons were done beyond those that are named."""
        return max(0, len(self.done) - MOST)

    @property
    def more_fresh(self) -> int:
        """How many lessons are new beyond those that are named."""
        return max(0, len(self.fresh) - MOST)


def next_letter(zone: str, now: datetime) -> datetime:
    """Return the next Monday after `now`, at HOUR:00 in this zone."""
    at = next_hour_of_day(now + A_MOMENT, HOUR, zone)
    while at.weekday():
        at = next_hour_of_day(at + A_MOMENT, HOUR, zone)
    return at


def wants_letter(learner: User) -> bool:
    """Return whether the learner asked for the letter, and did not stop it; one query."""
    row = MailPreference.objects.filter(learner=learner, kind=KIND).first()
    return row is not None and row.choice != Choice.NONE


def send_due(now: datetime | None = None) -> int:
    """Write the letters whose time has come. Returns their number."""
    now = now or timezone.now()
    rows = Rhythm.objects.filter(letter_at__lte=now).select_related("learner")
    return sum(written_or_logged(row, now) for row in rows.order_by("letter_at")[:AT_ONCE])


def written_or_logged(row: Rhythm, now: datetime) -> bool:
    """Write one letter and log an error, so that the others are still written."""
    try:
        return write(row, now)
    except Exception:
        log.exception("The weekly letter of account %s will be tried again", row.pk)
        return False


@transaction.atomic
def write(row: Rhythm, now: datetime) -> bool:
    """Claim one letter and queue its mail. Returns whether there is one.

    A week without anything to tell has no letter, nor do those get one who are leaving or have no
    verified address.
    """
    learner, planned = row.learner, row.letter_at
    # The time moves on for those who want no letter, too: the link in an old mail can ask for it
    # again, and knows nothing of this row.
    following = next_letter(learner.time_zone, now)
    if not claim(row, "letter_at", following) or planned is None or not wants_letter(learner):
        return False
    address = address_of(learner)
    gone = not learner.is_active or learner.delete_at
    if gone or address is None or now - planned > LATE:
        return False
    with override(learner.language):
        letter = letter_of(learner, now)
        if not (letter.days or letter.due or letter.fresh):
            return False
        post(learner, address, letter)
    return True


def post(learner: User, address: str, letter: Letter) -> None:
    """Queue the mail, in the active language."""
    context = {
        "letter": letter,
        "name": learner.name,
        "done": [(place.title, absolute(place.url)) for place in letter.done[:MOST]],
        "fresh": [(place.title, absolute(place.url)) for place in letter.fresh[:MOST]],
        "review_url": absolute(reverse("review")),
        "settings_url": absolute(reverse("settings-rhythm")),
        "stop_url": stop_url(learner, KIND),
        "site_name": settings.SITE_NAME,
    }
    body = render_to_string("course/mail/letter.txt", context).strip() + "\n"
    preference = MailPreference.objects.get(learner=learner, kind=KIND)
    subject = f"[{settings.SITE_NAME}] " + _("Your week")
    outbox.post(to=address, subject=subject, body=body, preference=preference)


def letter_of(learner: User, now: datetime) -> Letter:
    """Return what the last seven days brought, and what is waiting; four queries."""
    progress = progress_of(learner)
    today = local_day(learner, now)
    week = [today - timedelta(days=back) for back in range(1, 8)]
    learned = {day for state in progress.states.values() for day in state.days}
    return Letter(
        done=lessons_of(progress, week),
        reviews=sum(reviews_on(progress, day) for day in week),
        days=len(learned & set(week)),
        due=left_today(learner, now),
        fresh=new_lessons(progress, now),
    )


def lessons_of(progress: Progress, week: list[date]) -> list[Place]:
    """Return the lessons that were completed on these days and still are, in reading order."""
    days = set(week)
    done = {
        progress.known.head(target.uid).uid
        for target, state in progress.states.items()
        if target.part == Part.LESSON and state.done and state.days & days
    }
    return [Place(page) for page in progress.known.counted() if page.uid in done]


def new_lessons(progress: Progress, now: datetime) -> list[Place]:
    """Return what was published in the last week in quests that are begun or followed."""
    learner = progress.learner
    followed = QuestFollow.objects.filter(learner=learner).values_list("quest__uid", flat=True)
    quests = progress.quests_begun() | set(followed)
    rows = Lesson.objects.published().filter(
        published_at__gt=now - WEEK, quest__uid__in=quests, merged_into=None
    )
    uids = set(rows.values_list("uid", flat=True))
    return [
        Place(page)
        for page in progress.known.counted()
        if page.uid in uids and not progress.is_done(page.uid)
    ]
