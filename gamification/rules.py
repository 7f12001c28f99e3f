"""The current rules as immutable values in memory; no query while they are unchanged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language

from gamification.facts import Facts
from gamification.kinds import KINDS, Progress, State
from gamification.models import Achievement, Level, RuleChange
from pagecache.changes import cached_value


@dataclass(frozen=True)
class LevelView:
    """A level with its text in the active language."""

    number: int
    title: str
    xp_from: int


@dataclass(frozen=True)
class AchievementView:
    """An achievement with its texts in the active language."""

    slug: str
    title: str
    description: str
    icon: str
    xp: int


def in_active_language(texts: Mapping[str, str]) -> str:
    """Return the text in the active language, or else the Korean one."""
    return texts.get(get_language() or "ko") or texts["ko"]


@dataclass(frozen=True)
class LevelRule:
    """A level; `titles` by language."""

    number: int
    xp_from: int
    titles: Mapping[str, str]

    def view(self) -> LevelView:
        """Return the level in the active language."""
        return LevelView(self.number, in_active_language(self.titles), self.xp_from)


@dataclass(frozen=True)
class AchievementRule:
    """An achievement with its rule; texts by language."""

    id: int
    slug: str
    scope: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    icon: str
    kind: str
    params: Mapping[str, Any]
    xp: int
    hidden: bool = False
    active: bool = True

    def progress(self, state: State) -> Progress | None:
        """Return a learner's progress; None when unknown."""
        return KINDS[self.kind].check(self.params, state)

    def view(self) -> AchievementView:
        """Return the achievement in the active language."""
        title = in_active_language(self.titles)
        return AchievementView(
            self.slug, title, in_active_language(self.descriptions), self.icon, self.xp
        )


# A site without loaded rules still has the level that everybody starts at.
FIRST_LEVEL = LevelRule(0, 0, {"ko": "호기심", "en": "Curiosity"})


@dataclass(frozen=True)
class Settled:
    """Result of applying the rules: final XP and level, and what was gained."""

    xp: int
    level: int
    gained: tuple[AchievementRule, ...]


@dataclass(frozen=True)
class Rules:
    """Levels by ascending XP, achievements in order, and the version for ledger lines."""

    levels: tuple[LevelRule, ...] = (FIRST_LEVEL,)
    achievements: tuple[AchievementRule, ...] = field(default=())
    version: int = 0

    def level_at(self, xp: int) -> LevelRule:
        """Return the highest level reached with this XP."""
        reached = [level for level in self.levels if level.xp_from <= xp]
        return reached[-1] if reached else FIRST_LEVEL

    def level(self, number: int) -> LevelRule:
        """Return the level with this number, or the nearest below."""
        found = [level for level in self.levels if level.number <= number]
        return max(found, key=lambda level: level.number) if found else FIRST_LEVEL

    def level_after(self, number: int) -> LevelRule | None:
        """Return the next level, or None at the top."""
        return next((level for level in self.levels if level.number > number), None)

    def within(self, scope: str | None) -> tuple[AchievementRule, ...]:
        """Return the achievements of a quest (uid), of the site (""), or all of them (None)."""
        return tuple(a for a in self.achievements if scope is None or a.scope == scope)

    def settle(self, *, xp: int, level: int, earned: Collection[int], facts: Facts) -> Settled:
        """Apply the rules repeatedly until nothing more is gained.

        `earned`: ids of achievements that the learner has already. The XP of one achievement may
        lead to a level, and that to another achievement; each round gains at least one, so it ends.
        """
        gained: list[AchievementRule] = []
        open_rules = [a for a in self.achievements if a.active and a.id not in earned]
        while True:
            level = max(level, self.level_at(xp).number)
            met = [a for a in open_rules if _is_met(a, State(facts, xp, level))]
            if not met:
                return Settled(xp, level, tuple(gained))
            gained += met
            xp += sum(rule.xp for rule in met)
            open_rules = [a for a in open_rules if a not in met]


def _is_met(rule: AchievementRule, state: State) -> bool:
    progress = rule.progress(state)
    return progress is not None and progress.done


def rule_of(row: Achievement) -> AchievementRule:
    """Return an achievement's row as a value; the row may be unsaved."""
    return AchievementRule(
        id=row.pk or 0,
        slug=row.slug,
        scope=row.scope,
        titles={"ko": row.title_ko, "en": row.title_en},
        descriptions={"ko": row.description_ko, "en": row.description_en},
        icon=row.icon,
        kind=row.kind,
        params=row.params,
        xp=row.xp,
        hidden=row.hidden,
        active=row.active,
    )


def level_rule_of(row: Level) -> LevelRule:
    """Return a level's row as a value."""
    return LevelRule(row.number, row.xp_from, {"ko": row.title_ko, "en": row.title_en})


def read_rules() -> Rules:
    """Read the stored rules, in three queries."""
    levels = tuple(level_rule_of(row) for row in Level.objects.order_by("xp_from"))
    achievements = tuple(rule_of(row) for row in Achievement.objects.order_by("position", "id"))
    version = RuleChange.objects.aggregate(newest=Max("id"))["newest"] or 0
    return Rules(levels or (FIRST_LEVEL,), achievements, version)


def current_rules() -> Rules:
    """Return the current rules, cached until they change."""
    return cached_value("rules", read_rules)
