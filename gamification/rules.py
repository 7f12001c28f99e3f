"""The rules in force, as values in memory; reading them costs no query while they are unchanged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language

from gamification.facts import Facts
from gamification.kinds import KINDS, Progress, State
from gamification.models import Achievement, Level, RuleChange
from pagecache.changes import remember


@dataclass(frozen=True)
class LevelView:
    """A level as a page shows it, in the active language."""

    number: int
    title: str
    xp_from: int


@dataclass(frozen=True)
class AchievementView:
    """An achievement as a page shows it, in the active language."""

    slug: str
    title: str
    description: str
    icon: str
    xp: int


def in_active_language(texts: Mapping[str, str]) -> str:
    """The text in the active language, or the Korean one."""
    return texts.get(get_language() or "ko") or texts["ko"]


@dataclass(frozen=True)
class LevelRule:
    """A level; `titles` by language."""

    number: int
    xp_from: int
    titles: Mapping[str, str]

    def view(self) -> LevelView:
        """As the active language shows it."""
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
        """How far a learner is; None when unknown here."""
        return KINDS[self.kind].check(self.params, state)

    def view(self) -> AchievementView:
        """As the active language shows it."""
        title = in_active_language(self.titles)
        return AchievementView(
            self.slug, title, in_active_language(self.descriptions), self.icon, self.xp
        )


# A site without loaded rules still has the level that everybody starts at.
FIRST_LEVEL = LevelRule(0, 0, {"ko": "호기심", "en": "Curiosity"})


@dataclass(frozen=True)
class Settled:
    """Where the rules lead: XP and level with everything gained, and what was gained."""

    xp: int
    level: int
    gained: tuple[AchievementRule, ...]


@dataclass(frozen=True)
class Rules:
    """Levels by rising XP, achievements in their order, and the version ledger lines carry."""

    levels: tuple[LevelRule, ...] = (FIRST_LEVEL,)
    achievements: tuple[AchievementRule, ...] = field(default=())
    version: int = 0

    def level_at(self, xp: int) -> LevelRule:
        """The highest level that so much XP reaches."""
        reached = [level for level in self.levels if level.xp_from <= xp]
        return reached[-1] if reached else FIRST_LEVEL

    def level(self, number: int) -> LevelRule:
        """The level with this number, or the nearest below it."""
        found = [level for level in self.levels if level.number <= number]
        return max(found, key=lambda level: level.number) if found else FIRST_LEVEL

    def level_after(self, number: int) -> LevelRule | None:
        """The next level, or None at the top."""
        return next((level for level in self.levels if level.number > number), None)

    def within(self, scope: str | None) -> tuple[AchievementRule, ...]:
        """The achievements of a quest (uid), of the site (""), or all of them (None)."""
        return tuple(a for a in self.achievements if scope is None or a.scope == scope)

    def settle(self, *, xp: int, level: int, held: Collection[int], facts: Facts) -> Settled:
        """Everything that the rules give now, to the fixed point.

        `held`: ids of achievements that are had already. XP of one achievement may lead to a
        level, and that to the next achievement; each round gives at least one, so it ends.
        """
        gained: list[AchievementRule] = []
        open_rules = [a for a in self.achievements if a.active and a.id not in held]
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
    """An achievement's row as a value; the row need not be stored."""
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
    """A level's row as a value."""
    return LevelRule(row.number, row.xp_from, {"ko": row.title_ko, "en": row.title_en})


def read_rules() -> Rules:
    """The rules as stored, in three queries."""
    levels = tuple(level_rule_of(row) for row in Level.objects.order_by("xp_from"))
    achievements = tuple(rule_of(row) for row in Achievement.objects.order_by("position", "id"))
    version = RuleChange.objects.aggregate(newest=Max("id"))["newest"] or 0
    return Rules(levels or (FIRST_LEVEL,), achievements, version)


def current_rules() -> Rules:
    """The rules in force, remembered until they change."""
    return remember("rules", read_rules)
