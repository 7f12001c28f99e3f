"""Texts for ledger keys and scopes, registered by the apps above.

Call `register_label("lesson", describe)` in `AppConfig.ready()`; `describe(keys, language)` returns
text and URL for each key it knows, with one query for all keys. The reason "scope" is for quests:
its keys are their uids.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gamification.rules import current_rules


class Label(NamedTuple):
    """A key's title, and the URL of its page ("" for none)."""

    text: str
    url: str


Describe = Callable[[Sequence[str], str], Mapping[str, tuple[str, str]]]

REASONS: dict[str, str | Promise] = {
    "lesson": _("Lesson"),
    "exercise": _("Exercise"),
    "report": _("Accepted report"),
    "achievement": _("Achievement"),
}
# XP for one of each, where it is always as much; achievements each say how much they give.
_points: dict[str, int] = {}
_describers: dict[str, Describe] = {}


def register_label(reason: str, describe: Describe, name: str | Promise = "") -> None:
    """Register the texts of a reason's keys, and the reason's own `name` if it is new."""
    _describers[reason] = describe
    if name:
        REASONS[reason] = name


def register_points(reason: str, points: int) -> None:
    """Tell how much XP one of this reason gives."""
    _points[reason] = points


def sources() -> list[tuple[str, int]]:
    """What gives XP in the active language, with how much of it; most first."""
    named = [(reason_name(reason), points) for reason, points in _points.items()]
    return sorted(named, key=lambda row: (-row[1], row[0]))


def reason_name(reason: str) -> str:
    """Return a reason's name in the active language."""
    return str(REASONS.get(reason, reason))


def labels_of(reason: str, keys: Iterable[str]) -> dict[str, Label]:
    """Return labels for keys in the active language; an unknown key is its own label."""
    wanted = sorted(set(keys))
    describe = _describers.get(reason)
    known = describe(wanted, get_language() or "ko") if describe and wanted else {}
    return {key: Label(*known.get(key, (key, ""))) for key in wanted}


def describe_achievements(keys: Sequence[str], language: str) -> dict[str, tuple[str, str]]:
    """Return labels for achievements, from the rules in memory."""
    page = reverse("achievements")
    return {
        rule.slug: (f"{rule.icon} {rule.view().title}", f"{page}#achievement-{rule.slug}")
        for rule in current_rules().achievements
        if rule.slug in set(keys)
    }
