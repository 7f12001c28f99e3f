"""The progress bar of the header: level, XP, lessons and achievements."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from accounts.expressions import JoinedIds, OrEmpty, SpaceJoined
from accounts.models import User
from gamification.evaluation import Log, settle_log
from gamification.facts import Facts
from gamification.ledger import Grant
from gamification.models import Granted, Standing
from gamification.rules import Rules, current_rules
from gamification.xp import Outcome


@dataclass(frozen=True)
class Bar:
    """Values of the bar. XP covers the whole site, lessons and achievements only the scope."""

    level: int
    title: str  # of the level, in the active language
    xp: int
    level_xp: int  # XP gained inside this level
    level_span: int  # XP from this level to the next; 0 at the top level
    to_go: int  # XP missing to the next level
    lessons_done: int
    lessons_total: int
    achievements_done: int
    achievements_total: int
    percent: int  # of the lessons, rounded down

    @property
    def climbing(self) -> bool:
        """Whether there is a next level."""
        return self.level_span > 0

    def as_json(self) -> dict[str, Any]:
        """Return the values by name, matching the page's `data-field` attributes."""
        return asdict(self)


def bar_of(
    *,
    learner: User,
    lessons_done: int,
    lessons_total: int,
    scope: str | None,
    outcome: Outcome | None = None,
) -> Bar:
    """Return a member's bar; `scope` is a quest's uid, or None for the whole site.

    One query; none when `outcome` is a fresh award of this learner that gave something new.
    """
    lessons = (lessons_done, lessons_total)
    if outcome and outcome.xp is not None and outcome.level and outcome.earned is not None:
        number = outcome.level.number
        return _bar(current_rules(), outcome.xp, number, outcome.earned, lessons, scope)
    # After a write, what came along with the session may be old.
    xp, level, earned = standing_of(learner, use_session=outcome is None)
    return _bar(current_rules(), xp, level, earned, lessons, scope)


def standing_of(learner: User, *, use_session: bool = True) -> tuple[int, int, Collection[int]]:
    """Return XP, level and earned achievements; no query if they were read with the session."""
    if use_session and "standing" in learner.session_versions:
        return read_version(learner.session_versions["standing"] or "0 0 ")
    rows = list(
        Standing.objects.filter(learner=learner).values_list(
            "xp", "level", "learner__granted__achievement_id"
        )
    )
    xp, level = rows[0][:2] if rows else (0, 0)
    return xp, level, {row[2] for row in rows if row[2] is not None}


def session_version() -> QuerySet:
    """Expression "xp level id,id,…" of an account, see accounts.registry.register_version."""
    earned = Granted.objects.filter(learner=OuterRef("learner")).order_by()
    ids = OrEmpty(Subquery(earned.values_list(JoinedIds("achievement_id"))))
    xp, level = (Cast(name, CharField(max_length=20)) for name in ("xp", "level"))
    return Standing.objects.filter(learner=OuterRef("pk")).values_list(SpaceJoined(xp, level, ids))


@lru_cache(maxsize=4096)
def read_version(version: str) -> tuple[int, int, frozenset[int]]:
    """Parse XP, level and earned achievements from the session version."""
    xp, level, earned = version.split(" ")
    return int(xp), int(level), frozenset(int(each) for each in earned.split(",") if each)


def evaluate(
    *,
    grants: Sequence[Grant],
    facts: Facts,
    lessons_done: int,
    lessons_total: int,
    scope: str | None,
) -> Bar:
    """Return the bar of somebody without an account from a log; reads and stores nothing."""
    settled = settle_log(Log(grants, facts))
    earned = {rule.id for rule in settled.gained}
    return _bar(
        current_rules(), settled.xp, settled.level, earned, (lessons_done, lessons_total), scope
    )


def _bar(
    rules: Rules,
    xp: int,
    number: int,
    earned: Collection[int],
    lessons: tuple[int, int],
    scope: str | None,
) -> Bar:
    level = rules.level(max(number, rules.level_at(xp).number))
    following = rules.level_after(level.number)
    done, total = lessons
    # A retired achievement counts for those who hold it: the bar never goes back.
    achievements = [rule for rule in rules.within(scope) if rule.active or rule.id in earned]
    return Bar(
        level=level.number,
        title=level.view().title,
        xp=xp,
        level_xp=max(xp - level.xp_from, 0),
        level_span=following.xp_from - level.xp_from if following else 0,
        to_go=max(following.xp_from - xp, 0) if following else 0,
        lessons_done=done,
        lessons_total=total,
        achievements_done=sum(rule.id in earned for rule in achievements),
        achievements_total=len(achievements),
        percent=min(100, done * 100 // total) if total else 0,
    )
