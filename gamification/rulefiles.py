"""Load levels and achievements from YAML files, all or nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gamification.kinds import KINDS
from gamification.models import Achievement, Level

LEVEL_KEYS = {"number", "xp_from", "ko", "en"}
ACHIEVEMENT_KEYS = {"slug", "icon", "kind", "params", "xp", "ko", "en", "scope", "hidden", "active"}
NEEDED = {"slug", "icon", "kind", "params", "ko", "en"}


class RuleFileError(ValueError):
    """Invalid files; `problems` lists every mistake."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass
class Loaded:
    """Result of a load: slugs or numbers by outcome."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited by staff, so left alone


def read_rule_files(folder: Path) -> tuple[list[Level], list[Achievement]]:
    """Return unsaved rows from levels.yaml and achievements.yaml. Raises RuleFileError."""
    problems: list[str] = []
    entries = _entries(folder / "levels.yaml", problems)
    levels = [row for entry in entries if (row := _level(entry, problems))]
    entries = _entries(folder / "achievements.yaml", problems)
    achievements = [
        rule
        for place, entry in enumerate(entries)
        if (rule := _achievement(place, entry, problems))
    ]
    problems += level_problems(levels)
    problems += _repeated("achievements", [row.slug for row in achievements])
    if problems:
        raise RuleFileError(problems)
    return levels, achievements


def level_problems(levels: Iterable[Level]) -> list[str]:
    """Return what is wrong with the levels: they must start at 0 and increase in XP."""
    in_order = sorted(levels, key=lambda level: level.number)
    problems = _repeated("levels", [level.number for level in in_order])
    if not in_order or (in_order[0].number, in_order[0].xp_from) != (0, 0):
        problems.append(_("levels: there must be a level 0 that starts at 0 XP"))
    for lower, upper in pairwise(in_order):
        if upper.xp_from <= lower.xp_from:
            problems.append(
                _("levels: level %(upper)d must start above level %(lower)d (%(xp)d XP)")
                % {"upper": upper.number, "lower": lower.number, "xp": lower.xp_from}
            )
    return problems


@transaction.atomic
def store_rules(
    levels: Sequence[Level], achievements: Sequence[Achievement], *, overwrite: bool
) -> Loaded:
    """Insert or update rows by number and slug; rows edited by staff only with `overwrite`."""
    loaded = Loaded()
    old_levels = {row.number: row for row in Level.objects.all()}
    for level in levels:
        _store(level, old_levels.get(level.number), loaded, overwrite)
    old = {row.slug: row for row in Achievement.objects.all()}
    for achievement in achievements:
        _store(achievement, old.get(achievement.slug), loaded, overwrite)
    if problems := level_problems(Level.objects.all()):
        raise RuleFileError(problems)
    return loaded


def _store(
    new: Level | Achievement, old: Level | Achievement | None, loaded: Loaded, overwrite: bool
) -> None:
    """Save one row if it differs from the stored one."""
    if old is None:
        new.save()
        loaded.added.append(str(new))
        return
    if _same(new, old):
        return
    if old.edited_at and not overwrite:
        loaded.kept.append(str(old))
        return
    new.pk = old.pk
    new.save(force_update=True)
    loaded.changed.append(str(new))


def _same(new: Level | Achievement, old: Level | Achievement) -> bool:
    names = [f.name for f in new._meta.concrete_fields if f.name not in ("id", "edited_at")]
    return all(getattr(new, name) == getattr(old, name) for name in names)


def _entries(path: Path, problems: list[str]) -> list[Any]:
    """Return the list in a YAML file; adds to `problems` what prevents reading it."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        problems.append(f"{path.name}: {error}")
        return []
    if not isinstance(entries, list):
        problems.append(f"{path.name}: must be a list")
        return []
    return entries


def _checked(
    where: str, entry: Any, allowed: set[str], needed: set[str], problems: list[str]
) -> Mapping[str, Any] | None:
    """Return the entry if it has exactly the expected keys."""
    if not isinstance(entry, Mapping):
        problems.append(f"{where}: must be a mapping")
        return None
    wrong = [f"unknown key {key!r}" for key in entry if key not in allowed]
    wrong += [f"{key} is missing" for key in sorted(needed - entry.keys())]
    problems += [f"{where}: {what}" for what in wrong]
    return None if wrong else entry


def _level(entry: Any, problems: list[str]) -> Level | None:
    number = entry.get("number") if isinstance(entry, Mapping) else None
    where = f"level {number}"
    checked = _checked(where, entry, LEVEL_KEYS, LEVEL_KEYS, problems)
    if checked is None:
        return None
    row = Level(
        number=checked["number"],
        xp_from=checked["xp_from"],
        title_ko=checked["ko"],
        title_en=checked["en"],
    )
    return row if _is_valid(where, row, problems) else None


def _achievement(place: int, entry: Any, problems: list[str]) -> Achievement | None:
    slug = entry.get("slug") if isinstance(entry, Mapping) else None
    where = f"achievement {slug or place}"
    checked = _checked(where, entry, ACHIEVEMENT_KEYS, NEEDED, problems)
    texts = {language: (checked or {}).get(language) for language in ("ko", "en")}
    for language, pair in texts.items():
        if checked is not None and not (isinstance(pair, list) and len(pair) == 2):
            problems.append(f"{where}: {language} must be [title, description]")
            checked = None
    if checked is None:
        return None
    fields = {key: checked[key] for key in checked.keys() - {"ko", "en"}}
    for language, pair in texts.items():
        fields[f"title_{language}"], fields[f"description_{language}"] = pair or ("", "")
    row = Achievement(position=place, **fields)
    return row if _is_valid(where, row, problems) else None


def _is_valid(where: str, row: Level | Achievement, problems: list[str]) -> bool:
    """Return whether the row is valid; adds to `problems` otherwise."""
    before = len(problems)
    try:
        row.clean_fields()
    except ValidationError as error:
        problems += [f"{where}: {k}: {' '.join(v)}" for k, v in error.message_dict.items()]
    if isinstance(row, Achievement) and row.kind in KINDS:
        try:
            row.params = KINDS[row.kind].clean(row.params)
        except ValidationError as error:
            problems += [f"{where}: {message}" for message in error.messages]
    return len(problems) == before


def _repeated(where: str, names: Iterable[Any]) -> list[str]:
    return [f"{where}: {n} appears {c} times" for n, c in Counter(names).items() if c > 1]
