"""Award XP, and the levels and achievements that follow from it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from gamification.celebrations import celebrations_of
from gamification.facts import Facts
from gamification.ledger import Grant, add_lines, add_to_total
from gamification.models import Granted, Standing
from gamification.notifications import notify
from gamification.rules import AchievementRule, AchievementView, LevelView, current_rules

__all__ = ["Grant", "Outcome", "award", "review"]


@dataclass(frozen=True)
class Outcome:
    """Result of an award. `xp`, `level` and `earned` are None when nothing was new."""

    points: int = 0
    xp: int | None = None
    level: LevelView | None = None
    levelled_up: bool = False
    achievements: tuple[AchievementView, ...] = ()
    earned: frozenset[int] | None = None  # ids of all achievements earned now

    @property
    def has_celebrations(self) -> bool:
        """Whether there is a new level or achievement."""
        return self.levelled_up or bool(self.achievements)

    def as_json(self) -> dict[str, Any]:
        """Return the values, with texts of each celebration in the active language."""
        risen = self.level if self.levelled_up else None
        words = [moment.as_json() for moment in celebrations_of(risen, self.achievements)]
        numbers = {name: value for name, value in asdict(self).items() if name != "earned"}
        return {**numbers, "moments": words}


NOTHING_NEW = Outcome()


def award(
    *,
    learner: User,
    grants: Sequence[Grant],
    facts: Callable[[], Facts],
    grown: bool = False,
) -> Outcome:
    """Give each grant once, and every level and achievement that follows.

    Must be called inside the caller's transaction. `facts` is called when something is new and
    achievements are left to earn. `grown` says that the facts changed even if no grant is new
    (completing a lesson again adds a learning day). No query without grants, one when none of them
    is new, and at most seven plus those of `facts`, independent of the number of grants.
    """
    if not grants and not grown:
        return NOTHING_NEW
    with transaction.atomic(savepoint=False):
        fresh = add_lines(learner, grants, current_rules().version)
        if not fresh and not grown:
            return NOTHING_NEW
        return _settle(learner, sum(grant.points for grant in fresh), facts)


def review(*, learner: User, facts: Callable[[], Facts]) -> Outcome:
    """Award what the rules give now without new points, for instance after a helpful mark."""
    with transaction.atomic(savepoint=False):
        return _settle(learner, 0, facts)


def _settle(learner: User, points: int, facts: Callable[[], Facts]) -> Outcome:
    """Add the points and everything that follows; the standing stays locked until the commit."""
    rules = current_rules()
    xp, old_level = add_to_total(learner, points)
    earned = set(Granted.objects.filter(learner=learner).values_list("achievement_id", flat=True))
    gained: tuple[AchievementRule, ...] = ()
    level = max(old_level, rules.level_at(xp).number)
    if any(rule.active and rule.id not in earned for rule in rules.achievements):
        settled = rules.settle(xp=xp, level=old_level, earned=earned, facts=facts())
        gained, level = settled.gained, settled.level
    extra = _store_gained(learner, gained, rules.version)
    if extra or level != old_level:
        Standing.objects.filter(learner=learner).update(xp=xp + extra, level=level)
    risen = rules.level(level) if level > old_level else None
    notify(learner, gained, risen)
    return Outcome(
        points=points + extra,
        xp=xp + extra,
        level=rules.level(level).view(),
        levelled_up=risen is not None,
        achievements=tuple(rule.view() for rule in gained),
        earned=frozenset(earned | {rule.id for rule in gained}),
    )


def _store_gained(learner: User, gained: Sequence[AchievementRule], version: int) -> int:
    """Store achievements and their ledger lines. Returns the XP they add."""
    if not gained:
        return 0
    rows = [Granted(learner=learner, achievement_id=rule.id) for rule in gained]
    Granted.objects.bulk_create(rows, ignore_conflicts=True)
    lines = [Grant("achievement", rule.slug, rule.xp) for rule in gained]
    return sum(line.points for line in add_lines(learner, lines, version))
