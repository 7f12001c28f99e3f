"""Admin of comments awaiting moderation, and of threads."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import current_user
from comments.admin.desk import DeskAction, DeskAdmin, format_time
from comments.admin.filters import Age, Mine, Queue
from comments.admin.forms import (
    NeededReasonForm,
    NoteForm,
    NothingForm,
    ReasonForm,
    SanctionForm,
)
from comments.admin.writers import past_of, with_past
from comments.desk import moderation
from comments.desk.audit import record
from comments.errors import Invalid
from comments.models import AuditEntry, Comment, Note, Sanction, Thread


def approve(request: HttpRequest, row: Comment, data: dict[str, Any]) -> None:
    """Make the comments visible and close their flags."""
    moderation.restore(comment=row, by=current_user(request), reason=data["reason"])


def hide(request: HttpRequest, row: Comment, data: dict[str, Any]) -> None:
    """Hide the comments."""
    moderation.hide(comment=row, by=current_user(request), reason=data["reason"])


def lock(request: HttpRequest, row: Comment | Thread, data: dict[str, Any]) -> None:
    """Lock the threads."""
    set_lock(request, row, data, locked=True)


def unlock(request: HttpRequest, row: Comment | Thread, data: dict[str, Any]) -> None:
    """Unlock the threads."""
    set_lock(request, row, data, locked=False)


def set_lock(
    request: HttpRequest, row: Comment | Thread, data: dict[str, Any], *, locked: bool
) -> None:
    """Lock or unlock the thread of a row, or the row itself."""
    thread = row.thread if isinstance(row, Comment) else row
    moderation.lock(thread=thread, by=current_user(request), locked=locked, reason=data["reason"])


def person_of(row: Any) -> User:
    """Return the author or reporter. Raises Invalid when there is no account."""
    person = row.author if isinstance(row, Comment) else row.reporter
    if person is None:
        raise Invalid(_("This report has no account."))
    return person


def punish(kind: str) -> Any:
    """Return an action that silences or bans the author or reporter."""

    def apply(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
        moderation.sanction(
            learner=person_of(row),
            by=current_user(request),
            kind=kind,
            days=data["days"],
            reason=data["reason"],
        )

    return apply


def lift(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
    """End the author's or reporter's sanctions."""
    moderation.lift(learner=person_of(row), by=current_user(request), reason=data["reason"])


def take(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
    """Assign the rows to oneself."""
    moderation.assign(row=row, by=current_user(request), to=current_user(request))


def release(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
    """Unassign the rows."""
    moderation.assign(row=row, by=current_user(request), to=None)


def note(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
    """Add a note for other moderators."""
    column = "comment" if isinstance(row, Comment) else "report"
    Note.objects.create(author=current_user(request), text=data["text"], **{column: row})
    record(actor=current_user(request), action="note", target=row)


COMMON = {
    "take": DeskAction(_("Assign to me"), NothingForm, take, "a", stays=True),
    "release": DeskAction(_("Unassign"), NothingForm, release, stays=True),
    "note": DeskAction(_("Add an internal note"), NoteForm, note, "n", stays=True),
}


@admin.register(Comment)
class CommentAdmin(DeskAdmin):
    """Comments that need review: held, flagged, or by new accounts."""

    acts = {
        "restore": DeskAction(_("Show, close flags"), ReasonForm, approve, "s", beside=True),
        "hide": DeskAction(_("Hide"), NeededReasonForm, hide, "h", beside=True),
        "lock": DeskAction(_("Lock the thread"), ReasonForm, lock, "l"),
        "unlock": DeskAction(_("Unlock the thread"), ReasonForm, unlock),
        "silence": DeskAction(
            _("Silence the author"), SanctionForm, punish(Sanction.Kind.SILENCED)
        ),
        "ban": DeskAction(_("Ban the author"), SanctionForm, punish(Sanction.Kind.BANNED)),
        "lift": DeskAction(_("Lift silence and ban"), ReasonForm, lift),
        **COMMON,
    }
    list_display = (
        *("opens", "text", "writer", "thread", "status", "held_for", "flag_count"),
        *("assigned_to", "created_at"),
    )
    list_display_links = ("opens",)
    list_filter = (Queue, "status", "held_for", Mine, Age, "language")
    list_select_related = ("author", "thread", "assigned_to")
    search_fields = ("body", "author__handle", "thread__title")
    ordering = ("-created_at",)
    fields = readonly_fields = (
        *("text", "author", "thread", "status", "held_for", "language", "created_at"),
        *("edited_at", "by_newcomer", "helpful_count", "flags", "history", "notes", "trail"),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Comments with what else their authors wrote."""
        return with_past(super().get_queryset(request))

    @admin.display(description=_("number"), ordering="pk")
    def opens(self, row: Comment) -> str:
        """The number, which opens the comment."""
        return f"#{row.pk}"

    @admin.display(description=_("author"), ordering="author__handle")
    def writer(self, row: Comment) -> SafeString | str:
        """The author, what else they wrote and whether they were sanctioned."""
        return past_of(row)

    @admin.display(description=_("text"))
    def text(self, row: Comment) -> SafeString:
        """The comment as readers see it; the stored HTML is safe."""
        return format_html('<div class="desk-text">{}</div>', mark_safe(row.html))

    @admin.display(description=_("flags"))
    def flags(self, row: Comment) -> SafeString | str:
        """Who flagged it and why; closed flags are marked."""
        rows = row.flags.select_related("learner").order_by("-id")[:50]
        found = (
            (f.get_reason_display(), f.learner.name, f.note, format_time(f.closed_at)) for f in rows
        )
        return format_html_join("", "<p>{} · {} · {} {}</p>", found) or "–"

    @admin.display(description=_("earlier texts"))
    def history(self, row: Comment) -> SafeString | str:
        """The texts before each edit."""
        rows = ((r.version, format_time(r.replaced_at), r.body) for r in row.revisions.all()[:50])
        return format_html_join("", "<p>v{} · {}</p><pre>{}</pre>", rows) or "–"

    @admin.display(description=_("internal notes"))
    def notes(self, row: Any) -> SafeString | str:
        """The moderators' notes."""
        rows = (
            (n.author or "–", format_time(n.created_at), n.text)
            for n in row.notes.select_related("author")
        )
        return format_html_join("", "<p>{} · {}<br>{}</p>", rows) or "–"

    @admin.display(description=_("audit trail"))
    def trail(self, row: Any) -> SafeString | str:
        """The comment's audit trail."""
        return trail_of("comment", row.pk)


def trail_of(kind: str, pk: int) -> SafeString | str:
    """Return a row's audit entries as HTML."""
    rows = AuditEntry.objects.filter(target_kind=kind, target_id=pk)[:50]
    lines = ((format_time(e.at), e.actor_name, e.get_action_display(), e.reason) for e in rows)
    return format_html_join("", "<p>{} · {} · {} · {}</p>", lines) or "–"


@admin.register(Thread)
class ThreadAdmin(DeskAdmin):
    """Threads, with actions to lock and unlock them."""

    acts = {
        "lock": DeskAction(_("Lock the thread"), ReasonForm, lock, "l"),
        "unlock": DeskAction(_("Unlock the thread"), ReasonForm, unlock),
    }
    list_display = ("title", "comment_count", "issue_count", "locked", "public")
    list_filter = ("locked", "public")
    search_fields = ("title", "url")
    ordering = ("-comment_count",)
    fields = readonly_fields = ("title", "url", "comment_count", "issue_count", "locked", "public")
