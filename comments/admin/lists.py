"""The audit trail with its undo, sanctions, canned replies and the word list."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.people import signed_in
from comments import moderation, undoing
from comments.admin.desk import Act, DeskAdmin
from comments.admin.forms import ReasonForm
from comments.models import AuditEntry, BlockedWord, CannedReply, Sanction
from pagecache.changes import touch

# Whoever moderates may open these; accounts are none of the desk's tables.
PAGES = {
    "comment": "admin:comments_comment_change",
    "report": "admin:comments_bugreport_change",
    "thread": "admin:comments_thread_change",
}


def undo(request: HttpRequest, row: AuditEntry, data: dict[str, Any]) -> None:
    """Take back what the line did."""
    undoing.undo(entry=row, by=signed_in(request), reason=data["reason"])


@admin.register(AuditEntry)
class AuditAdmin(DeskAdmin):
    """Who did what to whom, when and why; read-only, with undo."""

    acts = {"undo": Act(_("Undo"), ReasonForm, undo, "u")}
    list_display = ("at", "actor_name", "action", "target_kind", "target_name", "reason")
    list_filter = ("action", "target_kind", "at")
    search_fields = ("target_name", "actor_name", "reason")
    fields = readonly_fields = (
        *("at", "actor_name", "action", "target_kind", "target", "reason"),
        *("before", "after", "undoes"),
    )

    def acts_for(self, row_id: str) -> dict[str, Act]:
        """Undo, for lines that it works on."""
        row = AuditEntry.objects.filter(pk=row_id).first() if row_id.isdecimal() else None
        return self.acts if row and undoing.can_undo(row) else {}

    def get_queryset(self, request: HttpRequest) -> Any:
        """Every line."""
        return admin.ModelAdmin.get_queryset(self, request)

    @admin.display(description=_("of"))
    def target(self, row: AuditEntry) -> str:
        """What it was done to, with the link to it."""
        page = PAGES.get(row.target_kind)
        if page is None:
            return row.target_name
        return format_html(
            '<a href="{}">{}</a>', reverse(page, args=[row.target_id]), row.target_name
        )


def lift(request: HttpRequest, row: Sanction, data: dict[str, Any]) -> None:
    """End this one."""
    by, reason = signed_in(request), data["reason"]
    moderation.lift(learner=row.learner, by=by, reason=reason, only=row.pk)


@admin.register(Sanction)
class SanctionAdmin(DeskAdmin):
    """Who is silenced or banned until when; made from the queues of comments and reports."""

    acts = {"lift": Act(_("Lift"), ReasonForm, lift, "l")}
    list_display = ("learner", "kind", "until", "reason", "created_at", "lifted_at")
    list_filter = ("kind",)
    list_select_related = ("learner",)
    fields = readonly_fields = ("learner", "kind", "until", "reason", "created_at", "lifted_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Every sanction."""
        return admin.ModelAdmin.get_queryset(self, request)


@admin.register(CannedReply)
class CannedReplyAdmin(admin.ModelAdmin):
    """Replies used again and again."""

    list_display = ("title", "language")
    list_filter = ("language",)


@admin.register(BlockedWord)
class BlockedWordAdmin(admin.ModelAdmin):
    """Words and addresses that hold or refuse a comment."""

    list_display = ("word", "effect")
    list_filter = ("effect",)
    search_fields = ("word",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and let every process read the list again."""
        super().save_model(request, obj, form, change)
        touch("blocked-words")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and let every process read the list again."""
        super().delete_model(request, obj)
        touch("blocked-words")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete many, and let every process read the list again."""
        super().delete_queryset(request, queryset)
        touch("blocked-words")
