"""Which cards are due: a few each day, however many wait.

A card is due on the learner's day that its time falls on. At most `A_DAY` are suggested for one
day; whatever waits beyond that is left for the days that follow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from accounts.models import User
from accounts.prepared import fetch_prepared
from course.models import Lesson, Quest, Question, ReviewCard
from course.progress.cards import schedule_in
from course.progress.catalogue import CATALOGUE, Catalogue
from course.progress.schedules import FIRST_WAIT, Schedule
from course.progress.targets import Target
from course.progress.times import in_milliseconds, learner_zone
from pagecache.entries import get_or_build, member_store

A_DAY = 10  # cards suggested for one day
AHEAD = timedelta(days=14)  # how long a browser without a network knows what is due
MOST_AHEAD = 140  # cards that a browser is told of
COUNTS_BYTES = 2_000  # roughly, of one learner

TABLES = {
    "cards": ReviewCard._meta.db_table,
    "questions": Question._meta.db_table,
    "lessons": Lesson._meta.db_table,
    "quests": Quest._meta.db_table,
}
COUNTS_SQL = """
    SELECT 'due', at FROM (
        SELECT CAST(card.due AS varchar(40)) AS at FROM {cards} card
        JOIN {questions} question ON question.id = card.question_id
        JOIN {lessons} lesson ON lesson.id = question.lesson_id
        JOIN {quests} quest ON quest.id = lesson.quest_id
        WHERE card.learner_id = %s AND card.due IS NOT NULL AND NOT question.retired
            AND lesson.status = 'published' AND quest.status = 'published'
            AND lesson.merged_into_id IS NULL
        ORDER BY card.due LIMIT {most}) first_due
    UNION ALL
    SELECT 'reviewed', at FROM (
        SELECT CAST(reviewed_at AS varchar(40)) AS at FROM {cards}
        WHERE learner_id = %s AND reviewed_at IS NOT NULL
        ORDER BY reviewed_at DESC LIMIT {most}) last_reviewed
""".format(**TABLES, most=A_DAY + 1)  # noqa: S608 (names of tables alone)


@dataclass(frozen=True)
class Counts:
    """The first times at which cards are due, and the last at which cards were reviewed."""

    due: tuple[datetime, ...] = ()
    reviewed: tuple[datetime, ...] = ()

    def left(self, start: datetime, end: datetime) -> int:
        """Return how many cards are suggested for the rest of the day from `start` to `end`."""
        return max(0, min(self.waits(end), A_DAY - self.done(start)))

    def waits(self, end: datetime) -> int:
        """Return how many cards are due before `end`; counts up to one more than A_DAY."""
        return sum(at < end for at in self.due)

    def done(self, start: datetime) -> int:
        """Return how many cards were reviewed since `start`; counts up to one more than A_DAY."""
        return sum(at >= start for at in self.reviewed)


def day_of(now: datetime, zone_name: str) -> tuple[datetime, datetime]:
    """Return the beginning and the end of today in a learner's time zone."""
    zone = learner_zone(zone_name)
    today = now.astimezone(zone).date()
    begins, ends = (
        datetime.combine(day, time.min, zone) for day in (today, today + timedelta(days=1))
    )
    return begins, ends


def left_today(learner: User, now: datetime) -> int:
    """Return how many cards are suggested for the rest of the learner's day.

    No query while the learner's log is unchanged, else one.
    """
    return counts_of(learner).left(*day_of(now, learner.time_zone))


def counts_of(learner: User) -> Counts:
    """Return what the numbers of any day are counted from, cached by the log's revision."""
    if "progress" not in learner.session_versions:
        return read_counts(learner)
    version = learner.session_versions["progress"]
    if version is None:  # no clock: nothing was ever written
        return Counts()
    return get_or_build(
        ("reviews", learner.pk, version),
        lambda: read_counts(learner),
        keys=lambda counts: [CATALOGUE],
        size=lambda counts: COUNTS_BYTES,
        into=member_store,
    )


def read_counts(learner: User) -> Counts:
    """Read the same in one query."""
    found: dict[str, list[datetime]] = {"due": [], "reviewed": []}
    for what, text in fetch_prepared(COUNTS_SQL, [learner.pk, learner.pk]):
        at = datetime.fromisoformat(text)
        found[what].append(at if at.tzinfo else at.replace(tzinfo=UTC))
    return Counts(tuple(found["due"]), tuple(found["reviewed"]))


def due_cards(learner: User, before: datetime, most: int) -> list[ReviewCard]:
    """Return the cards due before then, those first that wait longest; one query."""
    cards = ReviewCard.objects.open_of(learner).filter(due__lt=before).order_by("due", "pk")
    return list(cards.select_related("question__lesson__quest")[:most])


def handed_out(learner: User, known: Catalogue, now: datetime) -> dict[str, Any]:
    """Return what a browser needs for reviewing without a network; one query."""
    cards = ReviewCard.objects.open_of(learner).filter(due__lt=now + AHEAD).order_by("due", "pk")
    schedules = {
        known.by_question[card.question_id]: schedule_in(card)
        for card in cards[:MOST_AHEAD]
        if card.question_id in known.by_question
    }
    return as_json(schedules, known, now)


def handed_out_of_log(
    schedules: Mapping[Target, Schedule], known: Catalogue, now: datetime
) -> dict[str, Any]:
    """Return the same for a log that is not stored."""
    due = sorted(
        (schedule.due, target)
        for target, schedule in schedules.items()
        if schedule.due < now + AHEAD and known.shows(target)
    )
    return as_json({target: schedules[target] for _due, target in due[:MOST_AHEAD]}, known, now)


def as_json(
    schedules: Mapping[Target, Schedule], known: Catalogue, now: datetime
) -> dict[str, Any]:
    """Return schedules in the browser's format: when due, and in how many days after each grade.

    `days` has a row for each whole day since the last review, from `from` on; a card that was not
    reviewed yet has the one row `fresh`.
    """
    rows = [
        {
            "l": str(target),
            "quest": known.by_uid[target.uid].quest_slug,
            "due": in_milliseconds(schedule.due),
            **ahead(schedule, now),
        }
        for target, schedule in schedules.items()
    ]
    fresh = Schedule(now).days_after(now)
    wait = int(FIRST_WAIT / timedelta(milliseconds=1))
    return {"at": in_milliseconds(now), "a_day": A_DAY, "wait": wait, "fresh": fresh, "rows": rows}


def ahead(schedule: Schedule, now: datetime) -> dict[str, Any]:
    """Return the intervals for a review on any of the days that a browser may be offline.

    A card may be reviewed up to a day before its time, because it is due for the whole day.
    """
    last = schedule.reviewed_at
    if last is None:
        return {"last": None, "from": 0, "days": []}
    first = max((now - last).days, (schedule.due - last).days - 1, 0)
    days = (last + timedelta(days=day) for day in range(first, first + AHEAD.days + 1))
    return {
        "last": in_milliseconds(last),
        "from": first,
        "days": [schedule.days_after(at) for at in days],
    }


def mixed(cards: Iterable[ReviewCard], key: str) -> Sequence[ReviewCard]:
    """Return cards in an order that depends on `key` alone, so that quests mix."""
    return sorted(cards, key=lambda card: sha256(f"{key}:{card.question_id}".encode()).digest())
