"""What the apps above know of learners and of what there is to do; they register it here.

Registered in `AppConfig.ready()`: `register_facts` (facts of many learners at once, a number of
queries that doesn't depend on how many) and `register_possible` (what somebody who does
everything could reach today).
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
    """totals: as in Facts; xp: the most that lessons and exercises could give."""

    totals: Mapping[str, int] = field(default_factory=dict)
    xp: int = 0


FactsProvider = Callable[[Sequence[int]], Mapping[int, Facts]]
_facts: list[FactsProvider] = []
_possible: list[Callable[[], Possible]] = []


def register_facts(provider: FactsProvider) -> None:
    """Add to what answers `facts_of`: each app tells what it knows."""
    if provider not in _facts:
        _facts.append(provider)


def register_possible(provider: Callable[[], Possible]) -> None:
    """Set what answers `possible`; a later registration replaces an earlier one."""
    _possible[:] = [provider]


def facts_of(learners: Sequence[int]) -> Mapping[int, Facts]:
    """Facts by learner id, of all apps together; a learner without any is missing."""
    found: dict[int, Facts] = {}
    for provider in _facts if learners else ():
        for learner, facts in provider(learners).items():
            found[learner] = found[learner].and_also(facts) if learner in found else facts
    return found


def facts_of_one(learner_id: int) -> Facts:
    """Facts of one learner, empty ones when nothing is known."""
    return facts_of([learner_id]).get(learner_id) or no_facts()


def no_facts() -> Facts:
    """Facts of somebody who has done nothing yet."""
    return Facts(counts={}, totals={}, days=frozenset(), today=timezone.localdate())


def possible() -> Possible | None:
    """What there is to do today; None when nothing is registered, so nothing can be judged."""
    return _possible[0]() if _possible else None


def ideal_facts(there_is: Possible, every: timedelta) -> Facts:
    """Facts of somebody who does everything, one thing `every` day or week."""
    totals = there_is.totals
    acts = totals.get("lessons", 0) + totals.get("exercises", 0)
    lessons = totals.get("lessons", 0)
    counts = {"reports": PEOPLE_BOUND, "helpful": PEOPLE_BOUND, "night": lessons, "dawn": lessons}
    first = date(2001, 1, 1)
    days = frozenset(first + every * number for number in range(min(acts, 3650)))
    return Facts(
        counts={**counts, **totals}, totals=totals, days=days, today=max(days, default=first)
    )
