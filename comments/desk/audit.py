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
    """Add an entry: who did what to which row, why, and the row's values before and after."""
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
    """Return a row's name for the trail; as entries are permanent, without comment text."""
    return f"#{target.pk} {target.thread.title}" if isinstance(target, Comment) else str(target)


def snapshot(row: Any, *fields: str) -> dict[str, Any]:
    """Return the named columns of a row in JSON types."""
    return {field: getattr(row, field) for field in fields}
