"""Award XP, and the level and achievements that follow from it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from gamification.facts import Facts
from gamification.ledger import Grant, add_lines, add_to_total
from gamification.models import Granted, Standing
from gamification.moments import moments_of
from gamification.news import tell
from gamification.rules import AchievementRule, AchievementView, LevelView, current_rules

__all__ = ["Grant", "Outcome", "award", "review"]


@dataclass(frozen=True)
class Outcome:
    """What an act led to. `xp`, `level` and `held` are None when nothing was new: not looked up."""

    points: int = 0
    xp: int | None = None
    level: LevelView | None = None
    levelled_up: bool = False
    achievements: tuple[AchievementView, ...] = ()
    held: frozenset[int] | None = None  # ids of all achievements held now

    @property
    def is_moment(self) -> bool:
        """Whether there is something to celebrate."""
        return self.levelled_up or bool(self.achievements)

    def as_json(self) -> dict[str, Any]:
        """The numbers, and the words of each moment in the active language."""
        risen = self.level if self.levelled_up else None
        words = [moment.as_json() for moment in moments_of(risen, self.achievements)]
        numbers = {name: value for name, value in asdict(self).items() if name != "held"}
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

    Belongs inside the caller's transaction. `facts` is called when something is new and there are
    achievements left to gain. `grown` says that the facts grew although no grant may be new (a
    lesson done again adds a learning day). Costs no query without grants, one when none of them
    is new, and never more than seven besides those of `facts`, however many grants there are.
    """
    if not grants and not grown:
        return NOTHING_NEW
    with transaction.atomic(savepoint=False):
        fresh = add_lines(learner, grants, current_rules().version)
        if not fresh and not grown:
            return NOTHING_NEW
        return _settle(learner, sum(grant.points for grant in fresh), facts)


def review(*, learner: User, facts: Callable[[], Facts]) -> Outcome:
    """Give what the rules give now, without new points: for a comment found helpful, say."""
    with transaction.atomic(savepoint=False):
        return _settle(learner, 0, facts)


def _settle(learner: User, points: int, facts: Callable[[], Facts]) -> Outcome:
    """Add the points, then everything that follows from them; the row stays locked till commit."""
    rules = current_rules()
    xp, old_level = add_to_total(learner, points)
    held = set(Granted.objects.filter(learner=learner).values_list("achievement_id", flat=True))
    gained: tuple[AchievementRule, ...] = ()
    level = max(old_level, rules.level_at(xp).number)
    if any(rule.active and rule.id not in held for rule in rules.achievements):
        settled = rules.settle(xp=xp, level=old_level, held=held, facts=facts())
        gained, level = settled.gained, settled.level
    extra = _store_gained(learner, gained, rules.version)
    if extra or level != old_level:
        Standing.objects.filter(learner=learner).update(xp=xp + extra, level=level)
    risen = rules.level(level) if level > old_level else None
    tell(learner, gained, risen)
    return Outcome(
        points=points + extra,
        xp=xp + extra,
        level=rules.level(level).view(),
        levelled_up=risen is not None,
        achievements=tuple(rule.view() for rule in gained),
        held=frozenset(held | {rule.id for rule in gained}),
    )


def _store_gained(learner: User, gained: Sequence[AchievementRule], version: int) -> int:
    """Store achievements and their ledger lines; returns the XP that is new by them."""
    if not gained:
        return 0
    rows = [Granted(learner=learner, achievement_id=rule.id) for rule in gained]
    Granted.objects.bulk_create(rows, ignore_conflicts=True)
    lines = [Grant("achievement", rule.slug, rule.xp) for rule in gained]
    return sum(line.points for line in add_lines(learner, lines, version))
