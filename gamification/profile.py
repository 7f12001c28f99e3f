"""Sections of the public profile, and this app's part of the data export."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from accounts.models import User, Viewer
from accounts.registry import ExportFile
from gamification.calendar import year_calendar
from gamification.models import Granted, Preference, Standing, XPEntry
from gamification.preferences import preference_of
from gamification.providers import facts_of_one
from gamification.rules import current_rules
from gamification.streaks import streak


def level_section(owner: User, viewer: Viewer) -> dict[str, Any] | None:
    """Context of the level and XP; one query."""
    standing = Standing.objects.filter(learner=owner).first() or Standing(learner=owner)
    rules = current_rules()
    return {"level": rules.level(standing.level).view(), "xp": standing.xp}


def achievements_section(owner: User, viewer: Viewer) -> dict[str, Any] | None:
    """Context of the earned achievements; one query."""
    earned = set(Granted.objects.filter(learner=owner).values_list("achievement_id", flat=True))
    views = [rule.view() for rule in current_rules().achievements if rule.id in earned]
    return {"achievements": views} if views else None


def calendar_section(owner: User, viewer: Viewer) -> dict[str, Any] | None:
    """Context of the year's learning days and the streak; one query plus those of the facts."""
    facts = facts_of_one(owner.pk)
    if not facts.days:
        return None
    unit = preference_of(owner).streak_unit
    return {
        "calendar": year_calendar(facts.days, facts.today),
        "streak": streak(facts.days, facts.today, unit),
    }


def export_game(learner: User) -> Iterator[ExportFile]:
    """Return the ledger and the achievements as CSV files."""
    lines = XPEntry.objects.of(learner).values_list("created_at", "reason", "key", "points")
    yield ExportFile("gamification/xp.csv", _csv(["at", "reason", "key", "points"], lines))
    earned = Granted.objects.filter(learner=learner).order_by("at")
    rows = earned.values_list("at", "achievement__slug", "achievement__title_en")
    yield ExportFile("gamification/achievements.csv", _csv(["at", "slug", "title"], rows))
    chosen = preference_of(learner)
    row = [(chosen.streak_unit, chosen.on_leaderboard)]
    yield ExportFile("gamification/preferences.csv", _csv(["streak_unit", "on_leaderboard"], row))


def _csv(header: list[str], rows: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(
        [value.isoformat() if hasattr(value, "isoformat") else value for value in row]
        for row in rows
    )
    return text.getvalue()


def erase_game(learner: User, keep_comments: bool) -> None:
    """Delete everything that this app stores about an account."""
    XPEntry.objects.erase(learner)
    Granted.objects.filter(learner=learner).delete()
    Standing.objects.filter(learner=learner).delete()
    Preference.objects.filter(learner=learner).delete()
