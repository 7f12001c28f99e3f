"""The leaderboard: only who joined is on it, and everybody sees the neighbours alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from gamification.models import Standing

NEIGHBOURS = 3


@dataclass(frozen=True)
class Place:
    """One row of the window; `rank` counts from 1 among those who joined."""

    rank: int
    name: str
    handle: str
    xp: int
    level: int
    is_me: bool


def joined() -> QuerySet[Standing]:
    """Standings of active learners who joined, with their learners."""
    return Standing.objects.filter(
        learner__game_preference__on_leaderboard=True, learner__is_active=True
    ).select_related("learner")


def window(learner: User) -> Sequence[Place]:
    """The learner with up to three above and three below; empty when not on the board.

    Ties go to who joined the site first. Four queries, however many learners there are.
    """
    me = joined().filter(learner=learner).first()
    if me is None:
        return []
    ahead = Q(xp__gt=me.xp) | Q(xp=me.xp, learner__lt=me.learner_id)
    behind = Q(xp__lt=me.xp) | Q(xp=me.xp, learner__gt=me.learner_id)
    above = list(joined().filter(ahead).order_by("xp", "-learner")[:NEIGHBOURS])[::-1]
    below = list(joined().filter(behind).order_by("-xp", "learner")[:NEIGHBOURS])
    first = joined().filter(ahead).count() + 1 - len(above)
    return [
        Place(rank, row.learner.name, row.learner.handle, row.xp, row.level, row.pk == me.pk)
        for rank, row in enumerate([*above, me, *below], start=first)
    ]
