"""Registrations with accounts: what comes with the session, kinds of notifications, chores."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registry import (
    ExportFile,
    register_chore,
    register_erasure,
    register_export,
    register_kind,
    register_settings_page,
    register_version,
)
from course.models import Rhythm
from course.progress.export import as_text
from course.rhythm import goals, reminding


def register() -> None:
    """Fill the registries; called when the app is ready."""
    register_version("rhythm", goals.session_version())
    register_settings_page("settings-rhythm", _("Goal and reminders"))
    register_kind(reminding.KIND, _("Reminder of the day"), reminding.recheck, timed=True)
    register_chore("reminders", reminding.remind_due)
    register_export("rhythm", export)
    register_erasure("rhythm", erase)


def export(learner: User) -> Iterator[ExportFile]:
    """Return the learner's goal and reminder as a file."""
    columns = ("goal_unit", "goal_amount", "remind_hour", "remind_at", "letter_at")
    yield ExportFile(
        "progress/rhythm.json", as_text(Rhythm.objects.filter(learner=learner).values(*columns))
    )


def erase(learner: User, keep_comments: bool) -> None:
    """Delete what this room stores about an account."""
    Rhythm.objects.filter(learner=learner).delete()
