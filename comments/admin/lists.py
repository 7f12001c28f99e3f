"""Admin of the audit trail, sanctions, canned replies and blocked words."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.params import parse_int
from accounts.people import current_user
from comments.admin.desk import DeskAction, DeskAdmin
from comments.admin.forms import ReasonForm
from comments.desk import moderation, undoing
from comments.models import AuditEntry, BlockedWord, CannedReply, Sanction
from pagecache.changes import invalidate

# Whoever moderates may open these; accounts are none of the desk's tables.
PAGES = {
    "comment": "admin:comments_comment_change",
    "report": "admin:comments_bugreport_change",
    "thread": "admin:comments_thread_change",
}


def undo(request: HttpRequest, row: AuditEntry, data: dict[str, Any]) -> None:
    """Undo the change that the entry describes."""
    undoing.undo(entry=row, by=current_user(request), reason=data["reason"])


@admin.register(AuditEntry)
class AuditAdmin(DeskAdmin):
    """The audit trail; read-only, with undo."""

    acts = {"undo": DeskAction(_("Undo"), ReasonForm, undo, "u")}
    list_display = ("at", "actor_name", "action", "target_kind", "target_name", "reason")
    list_filter = ("action", "target_kind", "at")
    search_fields = ("target_name", "actor_name", "reason")
    fields = readonly_fields = (
        *("at", "actor_name", "action", "target_kind", "target", "reason"),
        *("before", "after", "undoes"),
    )

    def acts_for(self, row_id: str) -> dict[str, DeskAction]:
        """Offer undo for entries that can be undone."""
        number = parse_int(row_id)
        row = AuditEntry.objects.filter(pk=number).first() if number is not None else None
        return self.acts if row and undoing.can_undo(row) else {}

    def get_queryset(self, request: HttpRequest) -> Any:
        """All entries."""
        return admin.ModelAdmin.get_queryset(self, request)

    @admin.display(description=_("of"))
    def target(self, row: AuditEntry) -> str:
        """The changed row, linked."""
        page = PAGES.get(row.target_kind)
        if page is None:
            return row.target_name
        return format_html(
            '<a href="{}">{}</a>', reverse(page, args=[row.target_id]), row.target_name
        )


def lift(request: HttpRequest, row: Sanction, data: dict[str, Any]) -> None:
    """End this sanction."""
    by, reason = current_user(request), data["reason"]
    moderation.lift(learner=row.learner, by=by, reason=reason, only=row.pk)


@admin.register(Sanction)
class SanctionAdmin(DeskAdmin):
    """Sanctions; they are created from the lists of comments and reports."""

    acts = {"lift": DeskAction(_("Lift sanction"), ReasonForm, lift, "l")}
    list_display = ("learner", "kind", "until", "reason", "created_at", "lifted_at")
    list_filter = ("kind",)
    list_select_related = ("learner",)
    fields = readonly_fields = ("learner", "kind", "until", "reason", "created_at", "lifted_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """All sanctions."""
        return admin.ModelAdmin.get_queryset(self, request)


@admin.register(CannedReply)
class CannedReplyAdmin(admin.ModelAdmin):
    """Reusable replies."""

    list_display = ("title", "language")
    list_filter = ("language",)


@admin.register(BlockedWord)
class BlockedWordAdmin(admin.ModelAdmin):
    """Words and addresses for which a comment is held or refused."""

    list_display = ("word", "effect")
    list_filter = ("effect",)
    search_fields = ("word",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and invalidate the cached list."""
        super().save_model(request, obj, form, change)
        invalidate("blocked-words")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and invalidate the cached list."""
        super().delete_model(request, obj)
        invalidate("blocked-words")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete many, and invalidate the cached list."""
        super().delete_queryset(request, queryset)
        invalidate("blocked-words")
