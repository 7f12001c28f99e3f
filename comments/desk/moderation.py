"""Moderation of comments, threads and accounts; every act is recorded in the audit trail."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments.conversation import notifying
from comments.conversation.editing import held_for_writing
from comments.conversation.rendering import mentioned_in
from comments.conversation.showing import set_status
from comments.desk.audit import record, snapshot
from comments.errors import Invalid
from comments.models import AuditEntry, Comment, Flag, Sanction, Thread
from pagecache.changes import invalidate

REMEMBERED = ("status", "held_for")
LONGEST_SANCTION = timedelta(days=365)


def hide(*, comment: Comment, by: User, reason: str) -> AuditEntry:
    """Hide a comment; its author still sees it, marked as hidden.

    Raises Invalid for a comment that its author deleted, or that is hidden already.
    """
    return move(comment, by, "hide", Comment.Status.HIDDEN, reason)


def restore(*, comment: Comment, by: User, reason: str = "") -> AuditEntry:
    """Show a held or hidden comment; learners it concerns are notified now, once.

    Raises Invalid for a comment that its author deleted.
    """
    return move(comment, by, "restore", Comment.Status.VISIBLE, reason)


def move(
    comment: Comment,
    by: User,
    action: str,
    status: str,
    reason: str,
    held_for: str = "",
    undoes: AuditEntry | None = None,
) -> AuditEntry:
    """Change a comment's status, close its flags, update notifications and record the act.

    Raises Invalid when there is nothing to change.
    """
    with transaction.atomic():
        fresh = held_for_writing(comment)
        check_movable(fresh, status)
        before = snapshot(fresh, *REMEMBERED)
        set_status(fresh, status, held_for=held_for)
        close_flags(fresh)
        if status != Comment.Status.VISIBLE:
            notifying.withdraw(fresh)
        elif before["status"] != status:
            notifying.notify_about(fresh, mentioned_in(fresh.body, language=fresh.language))
        return record(
            actor=by,
            action=action,
            target=fresh,
            reason=reason,
            before=before,
            after=snapshot(fresh, *REMEMBERED),
            undoes=undoes,
        )


def check_movable(comment: Comment, status: str) -> None:
    """Raise Invalid if the author deleted it, or for hiding what is hidden."""
    if comment.status == Comment.Status.DELETED:
        raise Invalid(_("Its author deleted this comment; it stays deleted."))
    if comment.status == status == Comment.Status.HIDDEN:
        raise Invalid(_("It is already hidden."))


def close_flags(comment: Comment) -> None:
    """Close the comment's open flags, so that they no longer count."""
    now = timezone.now()
    Flag.objects.filter(comment=comment, closed_at=None).update(closed_at=now)
    comment.flag_count, comment.reviewed_at = 0, now
    comment.save(update_fields=["flag_count", "reviewed_at"])


def lock(*, thread: Thread, by: User, locked: bool, reason: str = "") -> AuditEntry:
    """Lock a thread against new comments and edits, or unlock it."""
    with transaction.atomic():
        fresh = Thread.objects.locked_for_writing().get(pk=thread.pk)
        before = snapshot(fresh, "locked")
        fresh.locked = locked
        fresh.save(update_fields=["locked"])
        invalidate(f"thread:{fresh.pk}")
        return record(
            actor=by,
            action="lock" if locked else "unlock",
            target=fresh,
            reason=reason,
            before=before,
            after=snapshot(fresh, "locked"),
        )


def sanction(*, learner: User, by: User, kind: str, days: int, reason: str) -> AuditEntry:
    """Silence or ban an account for some days.

    Raises Invalid without a reason, for staff, and when an equal sanction already applies (a second
    click, or several comments of one author).
    """
    if learner.is_staff:
        raise Invalid(_("Staff can't be silenced or banned here."))
    if not reason.strip():
        raise Invalid(_("Give a reason: the learner reads it."))
    until = timezone.now() + min(timedelta(days=days), LONGEST_SANCTION)
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=learner.pk)
        check_not_sanctioned(learner, kind, until)
        row = Sanction.objects.create(
            learner=learner, kind=Sanction.Kind(kind), reason=reason, until=until
        )
        return record(
            actor=by,
            action=kind,
            target=learner,
            reason=reason,
            after={"sanction": row.pk, "until": row.until.isoformat()},
        )


def check_not_sanctioned(learner: User, kind: str, until: datetime) -> None:
    """Raise Invalid if an equal sanction already lasts until then, within an hour."""
    as_long = Sanction.objects.in_force().filter(learner=learner, kind=kind)
    if as_long.filter(until__gte=until - timedelta(hours=1)).exists():
        raise Invalid(_("The same sanction already applies for at least as long."))


def lift(
    *,
    learner: User,
    by: User,
    reason: str = "",
    only: int | None = None,
    undoes: AuditEntry | None = None,
) -> None:
    """End an account's current sanctions; `only` selects one of them.

    Raises Invalid when there is none.
    """
    with transaction.atomic():
        rows = Sanction.objects.in_force().filter(learner=learner)
        rows = rows.filter(pk=only) if only else rows
        lifted = list(rows.values_list("pk", flat=True))
        if not lifted:
            raise Invalid(_("No silence or ban is in force."))
        rows.update(lifted_at=timezone.now())
        record(
            actor=by,
            action="lift",
            target=learner,
            reason=reason,
            before={"sanctions": lifted},
            undoes=undoes,
        )


def assign(*, row: Comment, by: User, to: User | None) -> None:
    """Assign a row of the queue (comment or report) to a moderator, or to nobody."""
    before = {"assigned_to": row.assigned_to_id}
    with transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(assigned_to=to)
        after = {"assigned_to": to.pk if to else None}
        record(actor=by, action="assign", target=row, before=before, after=after)
