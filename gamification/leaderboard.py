"""The leaderboard: only learners who joined are listed, and each sees only the neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from gamification.models import Standing

NEIGHBOURS = 3


@dataclass(frozen=True)
class Place:
    """A row of the board; `rank` counts from 1 among those who joined."""

    rank: int
    name: str
    handle: str  # "" when the profile is private: nobody may follow it
    xp: int
    level: int
    is_staff: bool
    is_me: bool


def joined() -> QuerySet[Standing]:
    """Return standings of active learners who joined, with the learners."""
    return Standing.objects.filter(
        learner__game_preference__on_leaderboard=True,
        learner__is_active=True,
        learner__delete_at=None,
    ).select_related("learner")


def window(learner: User) -> Sequence[Place]:
    """Return the learner with up to three above and below; empty if not on the board.

    Ties are ordered by sign-up date. Four queries, independent of the number of learners.
    """
    me = joined().filter(learner=learner).first()
    if me is None:
        return []
    ahead = Q(xp__gt=me.xp) | Q(xp=me.xp, learner__lt=me.learner_id)
    behind = Q(xp__lt=me.xp) | Q(xp=me.xp, learner__gt=me.learner_id)
    above = list(joined().filter(ahead).order_by("xp", "-learner")[:NEIGHBOURS])[::-1]
    below = list(joined().filter(behind).order_by("-xp", "learner")[:NEIGHBOURS])
    first = joined().filter(ahead).count() + 1 - len(above)
    rows = enumerate([*above, me, *below], start=first)
    return [place(rank, row, is_me=row.pk == me.pk) for rank, row in rows]


def place(rank: int, row: Standing, *, is_me: bool) -> Place:
    """Return the row of one learner."""
    learner = row.learner
    handle = learner.handle if is_me or learner.profile_public else ""
    return Place(rank, learner.name, handle, row.xp, row.level, learner.is_staff, is_me)
