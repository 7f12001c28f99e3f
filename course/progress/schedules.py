"""When a question comes back: the FSRS schedule as a pure replay of a set of reviews.

The library's default parameters, without fuzz and without steps of minutes, so that every interval
is a whole number of days and the same reviews give the same schedule in any process. Nothing here
reads a clock or the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from fsrs import Card, Rating, Scheduler, State

GRADES = tuple(int(rating) for rating in Rating)  # 1 again, 2 hard, 3 good, 4 easy
FIRST_WAIT = timedelta(days=1)  # from the answer to the first review


class Review(NamedTuple):
    """A review in the log; the order of the tuple is the order of replay."""

    at: datetime
    id: UUID
    grade: int


@dataclass(frozen=True)
class Schedule:
    """When a card is due, and the state of memory after its last review (None: none yet)."""

    due: datetime
    reviewed_at: datetime | None = None
    stability: float | None = None
    difficulty: float | None = None

    @property
    def is_new(self) -> bool:
        """Whether no review counts yet."""
        return self.reviewed_at is None

    def after(self, grade: int, at: datetime) -> "Schedule":
        """Return the schedule after one more review."""
        card, _log = scheduler(settings.REVIEW_RETENTION).review_card(
            fsrs_card(self), Rating(grade), at.astimezone(UTC)
        )
        return Schedule(card.due, card.last_review, card.stability, card.difficulty)

    def days_after(self, at: datetime) -> list[int]:
        """Return for each grade in how many days the card would come back, if reviewed then."""
        at = at.astimezone(UTC)
        return [(self.after(grade, at).due - at).days for grade in GRADES]


@cache
def scheduler(retention: float) -> Scheduler:
    """Return the scheduler that asks again when the chance to know has fallen to `retention`."""
    return Scheduler(
        desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )


def fsrs_card(schedule: Schedule) -> Card:
    """Return the library's card in this state."""
    return Card(
        card_id=0,  # without an id, the library would wait for one that is free
        state=State.Learning if schedule.is_new else State.Review,
        stability=schedule.stability,
        difficulty=schedule.difficulty,
        due=schedule.due,
        last_review=schedule.reviewed_at,
    )


def replay(
    answered_at: datetime | None, reviews: Iterable[Review], renewed_at: datetime | None = None
) -> Schedule | None:
    """Return the schedule of a question; None if it is no card.

    `answered_at`: when it was last answered correctly, None if that was taken back. `renewed_at`:
    when it became another question; reviews until then don't count.
    """
    found = sorted(reviews)
    if answered_at is None and not found:
        return None
    schedule = Schedule(first_due(answered_at, renewed_at, found))
    for review in found:
        if renewed_at is None or review.at > renewed_at:
            schedule = schedule.after(review.grade, review.at)
    return schedule


def first_due(
    answered_at: datetime | None, renewed_at: datetime | None, reviews: list[Review]
) -> datetime:
    """Return when a card without a review is due: a day after the answer, or once renewed."""
    start = answered_at or reviews[0].at
    return renewed_at if renewed_at and renewed_at >= start else start + FIRST_WAIT
