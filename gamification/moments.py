"""Level-up and achievement moments: what they say, and carrying them over a redirect."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gamification.rules import AchievementView, LevelView

if TYPE_CHECKING:
    from gamification.xp import Outcome

SESSION_KEY = "moments"
MOST_KEPT = 12


@dataclass(frozen=True)
class Moment:
    """One thing to celebrate, in words of the active language."""

    icon: str
    kicker: str
    title: str
    text: str

    def as_json(self) -> dict[str, str]:
        """The words by name."""
        return asdict(self)


def moments_of(risen: LevelView | None, gained: Sequence[AchievementView]) -> list[Moment]:
    """The level reached first, then each achievement."""
    found = [level_moment(risen)] if risen else []
    return found + [achievement_moment(view) for view in gained]


def level_moment(level: LevelView) -> Moment:
    """A new level."""
    title = _("Level %(number)s · %(title)s") % {"number": level.number, "title": level.title}
    return Moment("⭐", _("Level up"), title, "")


def achievement_moment(view: AchievementView) -> Moment:
    """A new achievement; its XP is named when it gives some."""
    xp = f" +{view.xp} XP" if view.xp else ""
    return Moment(view.icon, _("New achievement"), view.title, f"{view.description}{xp}")


def remember_moments(request: HttpRequest, outcome: "Outcome") -> None:
    """Keep what there is to celebrate for the page after a form post; else leave the session."""
    fresh = outcome.as_json()["moments"]
    if fresh:
        kept = request.session.get(SESSION_KEY, [])
        request.session[SESSION_KEY] = [*kept, *fresh][-MOST_KEPT:]


def take_moments(request: HttpRequest) -> list[dict[str, Any]]:
    """What is to be celebrated on this page, once; never opens an anonymous visitor's session."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    found: list[dict[str, Any]] = request.session.get(SESSION_KEY, [])
    if found:
        del request.session[SESSION_KEY]
    return found
