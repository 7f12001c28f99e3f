"""Admin of bug reports."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.people import current_user
from comments.admin.comments import COMMON, CommentAdmin, punish, trail_of
from comments.admin.desk import DeskAction, DeskAdmin, format_time
from comments.admin.filters import Age, Mine, OpenOnly
from comments.admin.forms import DeclineForm, DuplicateForm, FixedForm, ReplyForm, SanctionForm
from comments.desk.triage import Decision, triage
from comments.models import BugReport, Sanction


def decide(status: str) -> Any:
    """Return an action that sets a report's state and sends a reply."""

    def apply(request: HttpRequest, row: BugReport, data: dict[str, Any]) -> None:
        decision = Decision(
            status=status,
            reply=data["reply"],
            fixed_in=data.get("fixed_in"),
            duplicate_of=data.get("duplicate_of"),
        )
        triage(report=row, by=current_user(request), decision=decision)

    return apply


@admin.register(BugReport)
class BugReportAdmin(DeskAdmin):
    """Bug reports, with actions to confirm, fix, merge and decline them."""

    acts = {
        "confirm": DeskAction(_("Confirm"), ReplyForm, decide("confirmed"), "c", beside=True),
        "fix": DeskAction(_("Mark as fixed"), FixedForm, decide("fixed"), "f", beside=True),
        "decline": DeskAction(_("Decline"), DeclineForm, decide("declined"), "d", beside=True),
        "duplicate": DeskAction(
            *(_("Merge into another report"), DuplicateForm, decide("duplicate"), "m"),
            beside=True,
        ),
        "reopen": DeskAction(_("Reopen"), ReplyForm, decide("new")),
        "ban": DeskAction(_("Ban the reporter"), SanctionForm, punish(Sanction.Kind.BANNED)),
        **COMMON,
    }
    list_display = (
        *("opens", "whole", "category", "thread", "language", "revision", "status"),
        *("assigned_to", "created_at"),
    )
    list_display_links = ("opens",)
    list_filter = (OpenOnly, "category", Mine, Age, "language")
    list_select_related = ("thread", "assigned_to")
    search_fields = ("body", "quote", "lesson_uid", "thread__title")
    ordering = ("-created_at",)
    fields = readonly_fields = (
        *("body", "quote", "category", "status", "thread", "lesson_uid", "revision", "language"),
        *("versions", "reporter", "email", "created_at", "fixed_in", "duplicate_of"),
        *("duplicate_reports", "replies", "notes", "trail"),
    )

    notes = CommentAdmin.notes

    @admin.display(description=_("number"), ordering="pk")
    def opens(self, row: BugReport) -> str:
        """The number, which opens the report."""
        return f"#{row.pk}"

    @admin.display(description=_("text"))
    def whole(self, row: BugReport) -> SafeString:
        """The whole text, and the passage that it is about."""
        quote = format_html("<blockquote>{}</blockquote>", row.quote) if row.quote else ""
        return format_html('<div class="desk-text desk-plain">{}{}</div>', quote, row.body)

    @admin.display(description=_("merged into it"))
    def duplicate_reports(self, row: BugReport) -> str:
        """The numbers of the duplicates of this report."""
        numbers = row.duplicates.values_list("pk", flat=True)[:50]
        return ", ".join(f"#{number}" for number in numbers) or "–"

    @admin.display(description=_("replies"))
    def replies(self, row: BugReport) -> SafeString | str:
        """The replies to the reporter."""
        rows = row.replies.select_related("author")
        lines = (
            (format_time(r.created_at), r.author or "–", r.get_status_display(), r.text)
            for r in rows
        )
        return format_html_join("", "<p>{} · {} · {}<br>{}</p>", lines) or "–"

    @admin.display(description=_("audit trail"))
    def trail(self, row: BugReport) -> SafeString | str:
        """The report's audit trail."""
        return trail_of("report", row.pk)
