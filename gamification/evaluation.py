"""Judge a log that is stored nowhere, by the same rules as `xp.award`; no query, no account."""

from collections.abc import Sequence
from typing import NamedTuple

from gamification.facts import Facts
from gamification.ledger import Grant
from gamification.rules import Settled, current_rules
from gamification.xp import Outcome


class Log(NamedTuple):
    """A whole log, as the apps above translate it."""

    grants: Sequence[Grant]
    facts: Facts


def settle_log(log: Log) -> Settled:
    """XP, level and achievements of a log; each (reason, key) counts once."""
    points = {(grant.reason, grant.key): grant.points for grant in reversed(log.grants)}
    return current_rules().settle(xp=sum(points.values()), level=0, held=(), facts=log.facts)


def news_between(*, before: Log, after: Log) -> Outcome:
    """What the newer part of a log led to: the moment of somebody without an account."""
    old, new = settle_log(before), settle_log(after)
    had = {rule.id for rule in old.gained}
    return Outcome(
        points=new.xp - old.xp,
        xp=new.xp,
        level=current_rules().level(new.level).view(),
        levelled_up=new.level > old.level,
        achievements=tuple(rule.view() for rule in new.gained if rule.id not in had),
    )
