"""Write the audit trail."""

from typing import Any

from accounts.models import User
from comments.models import AuditEntry, BugReport, Comment, Thread

KINDS = {Comment: "comment", BugReport: "report", Thread: "thread", User: "learner"}


def record(
    *,
    actor: User | None,
    action: str,
    target: Any,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    undoes: AuditEntry | None = None,
) -> AuditEntry:
    """Add one line: who did what to which row, why, and what the row was before and is now."""
    return AuditEntry.objects.create(
        actor=actor,
        actor_name=actor.name if actor else "",
        action=action,
        target_kind=KINDS[type(target)],
        target_id=target.pk,
        target_name=name_of(target)[:200],
        reason=reason,
        before=before or {},
        after=after or {},
        undoes=undoes,
    )


def name_of(target: Any) -> str:
    """What the trail calls a row; it lasts for ever, so it holds no text of a comment."""
    return f"#{target.pk} {target.thread.title}" if isinstance(target, Comment) else str(target)


def snapshot(row: Any, *fields: str) -> dict[str, Any]:
    """The named columns of a row, as JSON can hold them."""
    return {field: getattr(row, field) for field in fields}
