"""Celebrations of new levels and achievements, and storing them across a redirect."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gamification.rules import AchievementView, LevelView, current_rules

SESSION_KEY = "moments"
MOST_KEPT = 12


@dataclass(frozen=True)
class Celebration:
    """A new level or achievement, with texts in the active language."""

    icon: str
    kicker: str
    title: str
    text: str

    def as_json(self) -> dict[str, str]:
        """Return the fields by name, for JSON."""
        return asdict(self)


def celebrations_of(
    risen: LevelView | None, gained: Sequence[AchievementView]
) -> list[Celebration]:
    """Return the celebrations of an outcome: the new level first, then each achievement."""
    found = [level_celebration(risen)] if risen else []
    return found + [achievement_celebration(view) for view in gained]


def celebrations_named(level: int | None, slugs: Sequence[str]) -> list[Celebration]:
    """The same for what was stored by number and slugs; what is gone by now is left out."""
    rules = current_rules()
    risen = rules.level(level).view() if level is not None else None
    return celebrations_of(
        risen, [rule.view() for rule in rules.achievements if rule.slug in slugs]
    )


def level_celebration(level: LevelView) -> Celebration:
    """The celebration of a new level."""
    title = _("Level %(number)s · %(title)s") % {"number": level.number, "title": level.title}
    return Celebration("⭐", _("Level up"), title, "")


def achievement_celebration(view: AchievementView) -> Celebration:
    """The celebration of a new achievement, with its XP if it gives any."""
    xp = f" +{view.xp} XP" if view.xp else ""
    return Celebration(view.icon, _("New achievement"), view.title, f"{view.description}{xp}")


def store_celebrations(request: HttpRequest, fresh: list[dict[str, str]]) -> None:
    """Store celebrations in the session for the next page; without any, don't touch it."""
    if fresh:
        kept = request.session.get(SESSION_KEY, [])
        request.session[SESSION_KEY] = [*kept, *fresh][-MOST_KEPT:]


def pop_celebrations(request: HttpRequest) -> list[dict[str, Any]]:
    """Remove and return the session's celebrations; doesn't access anonymous sessions."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    found: list[dict[str, Any]] = request.session.get(SESSION_KEY, [])
    if found:
        del request.session[SESSION_KEY]
    return found
