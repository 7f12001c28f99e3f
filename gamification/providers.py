"""Registries of what the apps above know about learners and about possible progress.

Filled in `AppConfig.ready()`: `register_facts` (facts of many learners at once, with a constant
number of queries) and `register_possible` (the most that a learner can reach today).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from gamification.facts import Facts

# Nobody is expected to have more accepted reports or helpful comments than this.
PEOPLE_BOUND = 100


@dataclass(frozen=True)
class Possible:
    """The maximum: `totals` as in Facts; `xp` from lessons and exercises."""

    totals: Mapping[str, int] = field(default_factory=dict)
    xp: int = 0


FactsProvider = Callable[[Sequence[int]], Mapping[int, Facts]]
_facts: list[FactsProvider] = []
_possible: list[Callable[[], Possible]] = []


def register_facts(provider: FactsProvider) -> None:
    """Add a function whose results become part of `facts_of`."""
    if provider not in _facts:
        _facts.append(provider)


def register_possible(provider: Callable[[], Possible]) -> None:
    """Set the function behind `possible`; a later registration replaces an earlier one."""
    _possible[:] = [provider]


def facts_of(learners: Sequence[int]) -> Mapping[int, Facts]:
    """Return the merged facts of all apps by learner id; learners without facts are missing."""
    found: dict[int, Facts] = {}
    for provider in _facts if learners else ():
        for learner, facts in provider(learners).items():
            found[learner] = found[learner].and_also(facts) if learner in found else facts
    return found


def facts_of_one(learner_id: int) -> Facts:
    """Return the facts of one learner, or empty ones."""
    return facts_of([learner_id]).get(learner_id) or no_facts()


def no_facts() -> Facts:
    """Return the facts of somebody who has done nothing yet."""
    return Facts(counts={}, totals={}, days=frozenset(), today=timezone.localdate())


def possible() -> Possible | None:
    """Return the maximum available today; None when nothing is registered."""
    return _possible[0]() if _possible else None


def ideal_facts(there_is: Possible, every: timedelta) -> Facts:
    """Return the facts of somebody who does everything, one item `every` day or week."""
    totals = there_is.totals
    acts = sum(totals.get(key, 0) for key in ("lessons", "exercises", "questions"))
    lessons = totals.get("lessons", 0)
    counts = {"reports": PEOPLE_BOUND, "helpful": PEOPLE_BOUND, "night": lessons, "dawn": lessons}
    first = date(2001, 1, 1)
    days = frozenset(first + every * number for number in range(min(acts, 3650)))
    return Facts(
        counts={**counts, **totals}, totals=totals, days=days, today=max(days, default=first)
    )
