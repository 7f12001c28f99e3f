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
from course.models import LessonReminder, QuestFollow, Rhythm
from course.progress.export import as_text
from course.rhythm import finishing, following, goals, letters, redoing, reminding


def register() -> None:
    """Fill the registries; called when the app is ready."""
    register_version("rhythm", goals.session_version())
    register_version("follows", following.session_version())
    register_settings_page("settings-rhythm", _("Goal and reminders"))
    register_kind(
        reminding.KIND, _("Reminder of the day"), reminding.recheck, timed=True, push=True
    )
    register_kind(
        following.KIND, _("New chapters of quests you follow"), following.recheck, default="digest"
    )
    register_kind(
        redoing.KIND,
        _("Lessons you finished that are worth doing again"),
        redoing.recheck,
        default="digest",
        present=redoing.present,
    )
    register_kind(finishing.KIND, _("Lessons you wanted to finish"), finishing.recheck, push=True)
    register_kind(letters.KIND, _("Weekly letter"), default="none", timed=True, push=None)
    register_chore("weekly letters", letters.send_due)
    register_chore("reminders", reminding.remind_due)
    register_chore("lessons to finish", finishing.tell_due)
    register_chore("lessons to redo", redoing.tell_redo)
    register_chore("opened chapters", following.tell_opened)
    register_export("rhythm", export)
    register_erasure("rhythm", erase)


def export(learner: User) -> Iterator[ExportFile]:
    """Return goal and reminder, followed quests and lessons to finish as files."""
    rows = Rhythm.objects.filter(learner=learner).values()
    yield ExportFile("progress/rhythm.json", as_text(map(dict, rows)))
    quests = QuestFollow.objects.filter(learner=learner).order_by("pk")
    followed = quests.values("quest__uid", "created_at")
    yield ExportFile("progress/followed.json", as_text(map(dict, followed)))
    lessons = LessonReminder.objects.filter(learner=learner).order_by("pk")
    to_finish = lessons.values("lesson__uid", "at", "created_at")
    yield ExportFile("progress/to_finish.json", as_text(map(dict, to_finish)))


def erase(learner: User, keep_comments: bool) -> None:
    """Delete what this room stores about an account."""
    for model in (Rhythm, QuestFollow, LessonReminder):
        model._default_manager.filter(learner=learner).delete()
