"""The bar: level, XP, lessons and achievements in numbers, for members and for the anonymous."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from accounts.models import User
from gamification.evaluation import Log, settle_log
from gamification.facts import Facts
from gamification.ledger import Grant
from gamification.models import Granted, Standing
from gamification.rules import Rules, current_rules
from gamification.xp import Outcome


@dataclass(frozen=True)
class Bar:
    """What the bar shows. XP counts the whole site, lessons and achievements the scope alone."""

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
        """The numbers by name, as data-field names them in the page."""
        return asdict(self)


def bar_of(
    *,
    learner: User,
    lessons_done: int,
    lessons_total: int,
    scope: str | None,
    outcome: Outcome | None = None,
) -> Bar:
    """A member's bar; `scope` is a quest's uid, or None for the whole site.

    One query; none right after an `outcome` of this learner that brought something new.
    """
    lessons = (lessons_done, lessons_total)
    if outcome and outcome.xp is not None and outcome.level and outcome.held is not None:
        number = outcome.level.number
        return _bar(current_rules(), outcome.xp, number, outcome.held, lessons, scope)
    # After a write, what came along with the session may be old.
    xp, level, held = standing_of(learner, use_stamp=outcome is None)
    return _bar(current_rules(), xp, level, held, lessons, scope)


def standing_of(learner: User, *, use_stamp: bool = True) -> tuple[int, int, Collection[int]]:
    """XP, level and held achievements; no query when they came along with the session."""
    if use_stamp and "standing" in learner.stamps:
        return read_stamp(learner.stamps["standing"] or "0 0 ")
    rows = list(
        Standing.objects.filter(learner=learner).values_list(
            "xp", "level", "learner__granted__achievement_id"
        )
    )
    xp, level = rows[0][:2] if rows else (0, 0)
    return xp, level, {row[2] for row in rows if row[2] is not None}


def stamp_sql() -> str:
    """ "xp level id,id,…" of the account `u.id`, see accounts.registry.register_stamp."""
    standing, granted = Standing._meta.db_table, Granted._meta.db_table
    postgres = connection.vendor == "postgresql"
    collect = (
        "string_agg(achievement_id::text, ',')" if postgres else "group_concat(achievement_id)"
    )
    held = f"SELECT {collect} FROM {granted} g WHERE g.learner_id = u.id"  # noqa: S608
    return (
        "SELECT CAST(t.xp AS varchar(20)) || ' ' || CAST(t.level AS varchar(20)) "  # noqa: S608
        f"|| ' ' || COALESCE(({held}), '') FROM {standing} t WHERE t.learner_id = u.id"
    )


@lru_cache(maxsize=4096)
def read_stamp(stamp: str) -> tuple[int, int, frozenset[int]]:
    """XP, level and held achievements in a stamp."""
    xp, level, held = stamp.split(" ")
    return int(xp), int(level), frozenset(int(each) for each in held.split(",") if each)


def evaluate(
    *,
    grants: Sequence[Grant],
    facts: Facts,
    lessons_done: int,
    lessons_total: int,
    scope: str | None,
) -> Bar:
    """The bar of somebody without an account, from a log alone; nothing is read or stored."""
    settled = settle_log(Log(grants, facts))
    held = {rule.id for rule in settled.gained}
    return _bar(
        current_rules(), settled.xp, settled.level, held, (lessons_done, lessons_total), scope
    )


def _bar(
    rules: Rules,
    xp: int,
    number: int,
    held: Collection[int],
    lessons: tuple[int, int],
    scope: str | None,
) -> Bar:
    level = rules.level(max(number, rules.level_at(xp).number))
    following = rules.level_after(level.number)
    done, total = lessons
    # A retired achievement counts for those who hold it: the bar never goes back.
    achievements = [rule for rule in rules.within(scope) if rule.active or rule.id in held]
    return Bar(
        level=level.number,
        title=level.view().title,
        xp=xp,
        level_xp=max(xp - level.xp_from, 0),
        level_span=following.xp_from - level.xp_from if following else 0,
        to_go=max(following.xp_from - xp, 0) if following else 0,
        lessons_done=done,
        lessons_total=total,
        achievements_done=sum(rule.id in held for rule in achievements),
        achievements_total=len(achievements),
        percent=min(100, done * 100 // total) if total else 0,
    )
