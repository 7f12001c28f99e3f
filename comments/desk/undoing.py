"""Undo acts recorded in the audit trail; the undo is recorded too."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from comments.conversation.editing import held_for_writing
from comments.desk import moderation, triage
from comments.desk.audit import record
from comments.errors import Invalid
from comments.models import AuditEntry, BugReport, Comment, Thread

UNDOABLE = {"hide", "restore", "lock", "unlock", "silenced", "banned", *BugReport.Status.values}


def can_undo(entry: AuditEntry) -> bool:
    """Whether the entry can be undone and has not been yet."""
    return entry.action in UNDOABLE and not hasattr(entry, "undone_by")


def undo(*, entry: AuditEntry, by: User, reason: str = "") -> None:
    """Restore the earlier values. Raises Invalid when the row was changed since."""
    with transaction.atomic():
        held = AuditEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        if not can_undo(held):
            raise Invalid(_("This can't be undone."))
        {
            "comment": undo_comment,
            "report": undo_report,
            "thread": undo_lock,
            "learner": undo_sanction,
        }[held.target_kind](held, by, reason)


def check_unchanged(entry: AuditEntry, row: Comment | BugReport | Thread) -> None:
    """Raise Invalid when the row differs from the entry's result."""
    if any(getattr(row, field) != value for field, value in entry.after.items()):
        raise Invalid(_("It has changed since; undo the newer change first."))


def undo_comment(entry: AuditEntry, by: User, reason: str) -> None:
    """Restore a comment's earlier status."""
    comment = held_for_writing(Comment.objects.get(pk=entry.target_id))
    check_unchanged(entry, comment)
    status, held_for = entry.before["status"], entry.before["held_for"]
    moderation.move(comment, by, "undo", status, reason, held_for=held_for, undoes=entry)


def undo_report(entry: AuditEntry, by: User, reason: str) -> None:
    """Restore a report's earlier state and notify the reporter. XP already given is kept."""
    report = triage.held_for_writing(BugReport.objects.get(pk=entry.target_id))
    check_unchanged(entry, report)
    decision = triage.Decision(
        status=entry.before["status"],
        reply=reason,
        fixed_in=entry.before["fixed_in"],
        duplicate_of=entry.before["duplicate_of_id"],
    )
    triage.triage(report=report, by=by, decision=decision)
    record(actor=by, action="undo", target=report, reason=reason, undoes=entry)


def undo_lock(entry: AuditEntry, by: User, reason: str) -> None:
    """Restore a thread's earlier lock."""
    thread = Thread.objects.locked_for_writing().get(pk=entry.target_id)
    check_unchanged(entry, thread)
    moderation.lock(thread=thread, by=by, locked=entry.before["locked"], reason=reason)
    record(actor=by, action="undo", target=thread, reason=reason, undoes=entry)


def undo_sanction(entry: AuditEntry, by: User, reason: str) -> None:
    """End this sanction. Raises Invalid when the account is gone."""
    learner = User.objects.filter(pk=entry.target_id).first()
    if learner is None:
        raise Invalid(_("This account is deleted."))
    only = entry.after["sanction"]
    moderation.lift(learner=learner, by=by, reason=reason, only=only, undoes=entry)
