"""Dry run of a level: who stands where once its XP is changed."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count

from gamification.models import Level, Standing


@dataclass(frozen=True)
class Rung:
    """A level with how many learners stand on it now, and how many would."""

    number: int
    xp_from: int
    now: int
    then: int


@dataclass
class Ladder:
    """All levels, how many learners would rise, and how many keep one that they would not reach."""

    rungs: list[Rung] = field(default_factory=list)
    risen: int = 0
    kept: int = 0


def ladder_with(level: Level) -> Ladder:
    """Return the ladder as it would be with this level; two queries, nothing is stored.

    Learners rise with their next activity, and nobody ever loses a level.
    """
    levels = [*Level.objects.exclude(pk=level.pk), level]
    levels.sort(key=lambda each: each.xp_from)
    now: Counter[int] = Counter()
    then: Counter[int] = Counter()
    found = Ladder()
    active = Standing.objects.filter(learner__is_active=True).order_by()
    for xp, stands, count in active.values_list("xp", "level").annotate(n=Count("pk")):
        reached = max((each.number for each in levels if each.xp_from <= xp), default=0)
        now[stands] += count
        then[max(stands, reached)] += count
        found.risen += count * (reached > stands)
        found.kept += count * (reached < stands)
    found.rungs = [
        Rung(each.number, each.xp_from, now[each.number], then[each.number]) for each in levels
    ]
    return found
