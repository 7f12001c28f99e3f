"""Words for ledger keys and for scopes, which only the apps above know.

`register_label("lesson", describe)` in `AppConfig.ready()`; `describe(keys, language)` gives the
text and the address for each key it knows, in one query for all keys. The reason "scope" names
quests: its keys are their uids.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gamification.rules import current_rules


class Label(NamedTuple):
    """What a key is called, and its page ("" for none)."""

    text: str
    url: str


Describe = Callable[[Sequence[str], str], Mapping[str, tuple[str, str]]]

REASONS: dict[str, str | Promise] = {
    "lesson": _("Lesson"),
    "exercise": _("Exercise"),
    "report": _("Accepted report"),
    "achievement": _("Achievement"),
}
_describers: dict[str, Describe] = {}


def register_label(reason: str, describe: Describe, name: str | Promise = "") -> None:
    """Add the words for a reason's keys, and the reason's own `name` if it is a new one."""
    _describers[reason] = describe
    if name:
        REASONS[reason] = name


def reason_name(reason: str) -> str:
    """What a reason is called in the active language."""
    return str(REASONS.get(reason, reason))


def labels_of(reason: str, keys: Iterable[str]) -> dict[str, Label]:
    """Words for keys in the active language; an unknown key speaks for itself."""
    wanted = sorted(set(keys))
    describe = _describers.get(reason)
    known = describe(wanted, get_language() or "ko") if describe and wanted else {}
    return {key: Label(*known.get(key, (key, ""))) for key in wanted}


def describe_achievements(keys: Sequence[str], language: str) -> dict[str, tuple[str, str]]:
    """Words for achievements, from the rules in memory."""
    page = reverse("achievements")
    return {
        rule.slug: (f"{rule.icon} {rule.view().title}", f"{page}#achievement-{rule.slug}")
        for rule in current_rules().achievements
        if rule.slug in set(keys)
    }
