"""Take back what a line of the audit trail did; the trail gets a line for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from comments import moderation, triage
from comments.audit import record
from comments.editing import held_for_writing
from comments.errors import Invalid
from comments.models import AuditEntry, BugReport, Comment, Thread

UNDOABLE = {"hide", "restore", "lock", "unlock", "silenced", "banned", *BugReport.Status.values}


def can_undo(entry: AuditEntry) -> bool:
    """Whether the entry did something that can be taken back, and has not been."""
    return entry.action in UNDOABLE and not hasattr(entry, "undone_by")


def undo(*, entry: AuditEntry, by: User, reason: str = "") -> None:
    """Go back to what was before. Raises Invalid when something else happened since."""
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
    """Raises Invalid when the row is not what the entry left."""
    if any(getattr(row, field) != value for field, value in entry.after.items()):
        raise Invalid(_("It was changed again meanwhile; undo the newer change first."))


def undo_comment(entry: AuditEntry, by: User, reason: str) -> None:
    """Give a comment its earlier status."""
    comment = held_for_writing(Comment.objects.get(pk=entry.target_id))
    check_unchanged(entry, comment)
    status, held_for = entry.before["status"], entry.before["held_for"]
    moderation.move(comment, by, "undo", status, reason, held_for=held_for, undoes=entry)


def undo_report(entry: AuditEntry, by: User, reason: str) -> None:
    """Give a report its earlier state; the reporter is told. XP once given stays."""
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
    """Lock or unlock a thread again."""
    thread = Thread.objects.locked_for_writing().get(pk=entry.target_id)
    check_unchanged(entry, thread)
    moderation.lock(thread=thread, by=by, locked=entry.before["locked"], reason=reason)
    record(actor=by, action="undo", target=thread, reason=reason, undoes=entry)


def undo_sanction(entry: AuditEntry, by: User, reason: str) -> None:
    """Lift this one silence or ban. Raises Invalid when the account is gone."""
    learner = User.objects.filter(pk=entry.target_id).first()
    if learner is None:
        raise Invalid(_("This account is deleted."))
    only = entry.after["sanction"]
    moderation.lift(learner=learner, by=by, reason=reason, only=only, undoes=entry)
