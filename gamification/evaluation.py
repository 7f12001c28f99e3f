"""Evaluate a log without storing it, by the same rules as `xp.award`; no queries."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from gamification.facts import Facts
from gamification.kinds import State
from gamification.ledger import Grant
from gamification.rules import AchievementRule, Settled, current_rules
from gamification.xp import Outcome


class Log(NamedTuple):
    """A complete log, translated by the apps above into grants and facts."""

    grants: Sequence[Grant]
    facts: Facts


def settle_log(log: Log) -> Settled:
    """Return XP, level and achievements of a log; each (reason, key) counts once."""
    points = {(grant.reason, grant.key): grant.points for grant in reversed(log.grants)}
    return current_rules().settle(xp=sum(points.values()), level=0, earned=(), facts=log.facts)


def news_between(*, before: Log, after: Log) -> Outcome:
    """Return the outcome of the newer part of a log, for somebody without an account."""
    old, new = settle_log(before), settle_log(after)
    had = {rule.id for rule in old.gained}
    return Outcome(
        points=new.xp - old.xp,
        xp=new.xp,
        level=current_rules().level(new.level).view(),
        levelled_up=new.level > old.level,
        achievements=tuple(rule.view() for rule in new.gained if rule.id not in had),
    )


def achievements_of(log: Log) -> list[dict[str, Any]]:
    """The achievements that the log gives, and how far it is with the others that are no secret.

    `{slug, earned, have, need}`; of a secret one that is earned also its words.
    """
    settled = settle_log(log)
    state = State(log.facts, settled.xp, settled.level)
    earned = {rule.id for rule in settled.gained}
    rules = current_rules().achievements
    return [
        _achievement(rule, state, earned=rule.id in earned)
        for rule in rules
        if rule.id in earned or (rule.active and not rule.hidden)
    ]


def _achievement(rule: AchievementRule, state: State, *, earned: bool) -> dict[str, Any]:
    view = rule.view()
    row: dict[str, Any] = {"slug": rule.slug, "scope": rule.scope, "earned": earned}
    if earned and rule.hidden:
        return {**row, "icon": view.icon, "title": view.title, "text": view.description}
    progress = None if earned else rule.progress(state)
    if progress:
        row |= {"have": min(progress.have, progress.need), "need": progress.need}
    return row
