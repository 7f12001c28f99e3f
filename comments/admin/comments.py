"""The queue of comments, and the threads."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import signed_in
from comments import moderation
from comments.admin.desk import Act, DeskAdmin, moment
from comments.admin.filters import Age, Mine, Queue
from comments.admin.forms import (
    NeededReasonForm,
    NoteForm,
    NothingForm,
    ReasonForm,
    SanctionForm,
)
from comments.audit import record
from comments.errors import Invalid
from comments.models import AuditEntry, Comment, Note, Sanction, Thread


def approve(request: HttpRequest, row: Comment, data: dict[str, Any]) -> None:
    """Show it (again), and close its flags."""
    moderation.restore(comment=row, by=signed_in(request), reason=data["reason"])


def hide(request: HttpRequest, row: Comment, data: dict[str, Any]) -> None:
    """Take it out of sight."""
    moderation.hide(comment=row, by=signed_in(request), reason=data["reason"])


def lock(request: HttpRequest, row: Comment | Thread, data: dict[str, Any]) -> None:
    """Lock the thread."""
    set_lock(request, row, data, locked=True)


def unlock(request: HttpRequest, row: Comment | Thread, data: dict[str, Any]) -> None:
    """Unlock the thread."""
    set_lock(request, row, data, locked=False)


def set_lock(
    request: HttpRequest, row: Comment | Thread, data: dict[str, Any], *, locked: bool
) -> None:
    """Lock or unlock the thread of a row, or the row itself."""
    thread = row.thread if isinstance(row, Comment) else row
    moderation.lock(thread=thread, by=signed_in(request), locked=locked, reason=data["reason"])


def person_of(row: Any) -> User:
    """Who wrote a comment or sent a report. Raises Invalid when there is no account (any more)."""
    person = row.author if isinstance(row, Comment) else row.reporter
    if person is None:
        raise Invalid(_("There is no account behind it."))
    return person


def punish(kind: str) -> Any:
    """An act that silences or bans the author or reporter."""

    def apply(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
        moderation.sanction(
            learner=person_of(row),
            by=signed_in(request),
            kind=kind,
            days=data["days"],
            reason=data["reason"],
        )

    return apply


def lift(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
    """End the author's or reporter's sanctions."""
    moderation.lift(learner=person_of(row), by=signed_in(request), reason=data["reason"])


def take(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
    """Look after it oneself."""
    moderation.assign(row=row, by=signed_in(request), to=signed_in(request))


def release(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
    """Look after it no longer."""
    moderation.assign(row=row, by=signed_in(request), to=None)


def note(request: HttpRequest, row: Any, data: dict[str, Any]) -> None:
    """Tell the other moderators something."""
    column = "comment" if isinstance(row, Comment) else "report"
    Note.objects.create(author=signed_in(request), text=data["text"], **{column: row})
    record(actor=signed_in(request), action="note", target=row)


COMMON = {
    "take": Act(_("Assign to me"), NothingForm, take, "a", stays=True),
    "release": Act(_("Assign to nobody"), NothingForm, release, stays=True),
    "note": Act(_("Add an internal note"), NoteForm, note, "n", stays=True),
}


@admin.register(Comment)
class CommentAdmin(DeskAdmin):
    """Comments that need a look: held, flagged, or by new accounts."""

    acts = {
        "restore": Act(_("Show, close flags"), ReasonForm, approve, "s"),
        "hide": Act(_("Hide"), NeededReasonForm, hide, "h"),
        "lock": Act(_("Lock the thread"), ReasonForm, lock, "l"),
        "unlock": Act(_("Unlock the thread"), ReasonForm, unlock),
        "silence": Act(_("Silence the author"), SanctionForm, punish(Sanction.Kind.SILENCED)),
        "ban": Act(_("Ban the author"), SanctionForm, punish(Sanction.Kind.BANNED)),
        "lift": Act(_("Lift silence and ban"), ReasonForm, lift),
        **COMMON,
    }
    list_display = (
        *("words", "author", "thread", "status", "held_for", "flag_count"),
        *("by_newcomer", "assigned_to", "created_at"),
    )
    list_display_links = ("words",)
    list_filter = (Queue, "status", "held_for", Mine, Age, "language")
    list_select_related = ("author", "thread", "assigned_to")
    search_fields = ("body", "author__handle", "thread__title")
    ordering = ("-created_at",)
    fields = readonly_fields = (
        *("text", "author", "thread", "status", "held_for", "language", "created_at"),
        *("edited_at", "by_newcomer", "helpful_count", "flags", "history", "notes", "trail"),
    )

    @admin.display(description=_("text"))
    def words(self, row: Comment) -> str:
        """The first words."""
        return row.excerpt or "…"

    @admin.display(description=_("text"))
    def text(self, row: Comment) -> SafeString:
        """The comment as readers see it; stored HTML is safe."""
        return format_html('<div class="desk-text">{}</div>', mark_safe(row.html))

    @admin.display(description=_("flags"))
    def flags(self, row: Comment) -> SafeString | str:
        """Who flagged it and why; closed ones are marked."""
        rows = row.flags.select_related("learner").order_by("-id")[:50]
        found = (
            (f.get_reason_display(), f.learner.name, f.note, moment(f.closed_at)) for f in rows
        )
        return format_html_join("", "<p>{} · {} · {} {}</p>", found) or "–"

    @admin.display(description=_("earlier texts"))
    def history(self, row: Comment) -> SafeString | str:
        """What the comment said before its edits."""
        rows = ((r.version, moment(r.replaced_at), r.body) for r in row.revisions.all()[:50])
        return format_html_join("", "<p>v{} · {}</p><pre>{}</pre>", rows) or "–"

    @admin.display(description=_("internal notes"))
    def notes(self, row: Any) -> SafeString | str:
        """What moderators told each other."""
        rows = (
            (n.author or "–", moment(n.created_at), n.text)
            for n in row.notes.select_related("author")
        )
        return format_html_join("", "<p>{} · {}<br>{}</p>", rows) or "–"

    @admin.display(description=_("audit trail"))
    def trail(self, row: Any) -> SafeString | str:
        """What was done to the row."""
        return trail_of("comment", row.pk)


def trail_of(kind: str, pk: int) -> SafeString | str:
    """The lines of the audit trail about a row."""
    rows = AuditEntry.objects.filter(target_kind=kind, target_id=pk)[:50]
    lines = ((moment(e.at), e.actor_name, e.get_action_display(), e.reason) for e in rows)
    return format_html_join("", "<p>{} · {} · {} · {}</p>", lines) or "–"


@admin.register(Thread)
class ThreadAdmin(DeskAdmin):
    """Threads, to lock and unlock them."""

    acts = {
        "lock": Act(_("Lock the thread"), ReasonForm, lock, "l"),
        "unlock": Act(_("Unlock the thread"), ReasonForm, unlock),
    }
    list_display = ("title", "comment_count", "issue_count", "locked", "public")
    list_filter = ("locked", "public")
    search_fields = ("title", "url")
    ordering = ("-comment_count",)
    fields = readonly_fields = ("title", "url", "comment_count", "issue_count", "locked", "public")
