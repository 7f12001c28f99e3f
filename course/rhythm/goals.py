"""The goal of the day and how far the learner is with it, counted from their log.

A lesson counts with the minutes that its page names, a review with one. Both belong to the
learner's own day, as streaks do.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.expressions import SpaceJoined
from accounts.models import User
from course.models import Part, Rhythm
from course.progress.catalogue import CATALOGUE
from course.progress.due import counts_of, day_of
from course.progress.reading import Progress, progress_of
from course.progress.times import learner_zone
from pagecache.entries import get_or_build, member_store

Unit = Rhythm.Unit
# The least and the most that can be a goal.
LIMITS = {Unit.MINUTES: (5, 240), Unit.LESSONS: (1, 20), Unit.REVIEWS: (1, 10)}
REVIEW_MINUTES = 1
TODAY_BYTES = 500  # roughly


@dataclass(frozen=True)
class Goal:
    """What a learner wants to do each day."""

    unit: str
    amount: int


@dataclass(frozen=True)
class Today:
    """A goal, and what was done for it today; `free`: no review is left that could be done."""

    unit: str
    amount: int
    done: int
    free: bool = False

    @property
    def met(self) -> bool:
        """Whether nothing more is asked for today."""
        return self.free or self.done >= self.amount

    @property
    def left(self) -> int:
        """How much is left of the goal."""
        return 0 if self.met else self.amount - self.done

    @property
    def shown(self) -> int:
        """How much of the goal a meter shows."""
        return self.amount if self.met else self.done

    @property
    def rests(self) -> bool:
        """Whether there was nothing that could be done today."""
        return self.free and not self.done

    @property
    def short(self) -> str:
        """The same in the header, for the eye."""
        return "🌿" if self.met else f"{self.done}/{self.amount}"

    @property
    def said(self) -> str:
        """The same in the header, in words."""
        if self.met:
            return _("Today's goal is reached")
        counts = {"done": self.done, "amount": self.amount}
        return _("Today's goal: %(done)s of %(amount)s") % counts

    @property
    def words(self) -> str:
        """How far one is, in one sentence."""
        if self.met:
            return _("Today's goal is reached")
        amount = self.amount
        if self.unit == Unit.MINUTES:
            text = ngettext(
                "%(done)s of %(amount)s minute today",
                "%(done)s of %(amount)s minutes today",
                amount,
            )
        elif self.unit == Unit.LESSONS:
            text = ngettext(
                "%(done)s of %(amount)s lesson today",
                "%(done)s of %(amount)s lessons today",
                amount,
            )
        else:
            text = ngettext(
                "%(done)s of %(amount)s review today",
                "%(done)s of %(amount)s reviews today",
                amount,
            )
        return text % {"done": self.done, "amount": amount}

    def as_json(self) -> dict[str, Any]:
        """Return what a page shows, in the active language."""
        names = ("met", "rests", "shown", "amount", "short", "said", "words")
        return {name: getattr(self, name) for name in names}


def session_version() -> QuerySet:
    """Expression "unit amount" of an account, see accounts.registry.register_version."""
    goal = SpaceJoined("goal_unit", Cast("goal_amount", CharField(max_length=10)))
    return Rhythm.objects.filter(learner=OuterRef("pk")).values_list(goal)


def goal_of(learner: User) -> Goal | None:
    """Return the learner's goal, or None; no query when it came along with the session."""
    if "rhythm" in learner.session_versions:
        unit, _, amount = (learner.session_versions["rhythm"] or "").partition(" ")
        return Goal(unit, int(amount)) if unit else None
    row = Rhythm.objects.filter(learner=learner).exclude(goal_unit="").first()
    return Goal(row.goal_unit, row.goal_amount) if row else None


def local_day(learner: User, now: datetime) -> date:
    """Return the date on the learner's own calendar."""
    return now.astimezone(learner_zone(learner.time_zone)).date()


def today_of(learner: User, now: datetime) -> Today | None:
    """Return the goal with today's progress, or None without a goal.

    No query while the learner's log is unchanged, else two.
    """
    goal = goal_of(learner)
    if goal is None:
        return None
    day = local_day(learner, now)
    if "progress" not in learner.session_versions:
        return measure(progress_of(learner), goal, now)
    return get_or_build(
        ("today", learner.pk, learner.session_versions["progress"], goal, day),
        lambda: measure(progress_of(learner), goal, now),
        keys=lambda found: [CATALOGUE],
        size=lambda found: TODAY_BYTES,
        into=member_store,
    )


def measure(progress: Progress, goal: Goal, now: datetime) -> Today:
    """Count what was done on the learner's today; a query if reviews are the goal."""
    learner = progress.learner
    day = local_day(learner, now)
    if goal.unit == Unit.LESSONS:
        return Today(goal.unit, goal.amount, len(minutes_by_lesson(progress, day)))
    reviews = reviews_on(progress, day)
    if goal.unit == Unit.MINUTES:
        minutes = sum(minutes_by_lesson(progress, day).values()) + reviews * REVIEW_MINUTES
        return Today(goal.unit, goal.amount, minutes)
    free = not counts_of(learner).left(*day_of(now, learner.time_zone))
    return Today(goal.unit, goal.amount, reviews, free)


def minutes_by_lesson(progress: Progress, day: date) -> dict[str, int]:
    """Return the minutes of the lessons that were completed on this day and still are, by uid."""
    done = [
        progress.known.head(target.uid)
        for target, state in progress.states.items()
        if target.part == Part.LESSON and state.done and day in state.days
    ]
    return {page.uid: page.minutes for page in done}


def reviews_on(progress: Progress, day: date) -> int:
    """Return how many questions answered on an earlier day were seen again on this one."""
    return sum(
        bool(target.question) and day in state.days and any(other < day for other in state.days)
        for target, state in progress.states.items()
    )
