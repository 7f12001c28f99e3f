"""Whether rules can be met, found by evaluating them for an ideal learner."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Q

from accounts.models import User
from gamification.kinds import State
from gamification.models import Granted, Standing
from gamification.providers import Possible, facts_of, ideal_facts
from gamification.rules import AchievementRule, Rules

PACES = (timedelta(days=1), timedelta(weeks=1))
BATCH = 500


@dataclass(frozen=True)
class Reach:
    """What is reachable: achievements by slug, and the maximum XP."""

    slugs: frozenset[str]
    xp: int


def reach_of(rules: Rules, there_is: Possible) -> Reach:
    """Return the better of learning daily and learning weekly (which spans more weeks)."""
    gained: dict[str, AchievementRule] = {}
    numbered = [replace(rule, id=-n) for n, rule in enumerate(rules.achievements, start=1)]
    rules = replace(rules, achievements=tuple(numbered))
    while True:
        before = len(gained)
        xp = there_is.xp + sum(rule.xp for rule in gained.values())
        for pace in PACES:
            earned = {rule.id for rule in gained.values()}
            facts = ideal_facts(there_is, pace)
            settled = rules.settle(xp=xp, level=0, earned=earned, facts=facts)
            gained |= {rule.slug: rule for rule in settled.gained}
            xp = there_is.xp + sum(rule.xp for rule in gained.values())
        if len(gained) == before:
            return Reach(frozenset(gained), xp)


def unreachable(rules: Rules, there_is: Possible) -> tuple[list[str], list[int]]:
    """Return slugs of active achievements and numbers of levels that nobody can reach today."""
    reach = reach_of(rules, there_is)
    slugs = [rule.slug for rule in rules.achievements if rule.active]
    return (
        [slug for slug in slugs if slug not in reach.slugs],
        [level.number for level in rules.levels if level.xp_from > reach.xp],
    )


def who_would_gain(rule: AchievementRule) -> list[User]:
    """Return the learners who meet a rule now and have not earned it; stores nothing.

    Reads learners in batches of 500, with a constant number of queries per batch.
    """
    holders = set(Granted.objects.filter(achievement_id=rule.id).values_list("learner", flat=True))
    found: list[User] = []
    for batch in _batches():
        candidates = [learner for learner in batch if learner.pk not in holders]
        found += _meeting(rule, candidates)
    return found


def _batches() -> Iterator[list[User]]:
    last = 0
    while batch := list(User.objects.filter(Q(is_active=True), pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _meeting(rule: AchievementRule, learners: Collection[User]) -> list[User]:
    """Return those of the learners who meet the rule."""
    ids = [learner.pk for learner in learners]
    facts = facts_of(ids)
    standings = Standing.objects.in_bulk(ids)
    found = []
    for learner in learners:
        standing = standings.get(learner.pk) or Standing(learner=learner)
        if learner.pk not in facts:
            continue
        progress = rule.progress(State(facts[learner.pk], standing.xp, standing.level))
        if progress is not None and progress.done:
            found.append(learner)
    return found
