"""The queue of bug reports."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.people import signed_in
from comments.admin.comments import COMMON, CommentAdmin, punish, trail_of
from comments.admin.desk import Act, DeskAdmin, moment
from comments.admin.filters import Age, Mine, OpenOnly
from comments.admin.forms import DeclineForm, DuplicateForm, FixedForm, ReplyForm, SanctionForm
from comments.models import BugReport, Sanction
from comments.triage import Decision, triage


def decide(status: str) -> Any:
    """An act that gives a report a state, with a reply."""

    def apply(request: HttpRequest, row: BugReport, data: dict[str, Any]) -> None:
        decision = Decision(
            status=status,
            reply=data["reply"],
            fixed_in=data.get("fixed_in"),
            duplicate_of=data.get("duplicate_of"),
        )
        triage(report=row, by=signed_in(request), decision=decision)

    return apply


@admin.register(BugReport)
class BugReportAdmin(DeskAdmin):
    """Reports that wait: confirm, fix, merge, decline."""

    acts = {
        "confirm": Act(_("Confirm"), ReplyForm, decide("confirmed"), "c"),
        "fix": Act(_("Mark as fixed"), FixedForm, decide("fixed"), "f"),
        "decline": Act(_("Decline"), DeclineForm, decide("declined"), "d"),
        "duplicate": Act(_("Merge into another report"), DuplicateForm, decide("duplicate"), "m"),
        "reopen": Act(_("Open again"), ReplyForm, decide("new")),
        "ban": Act(_("Ban the reporter"), SanctionForm, punish(Sanction.Kind.BANNED)),
        **COMMON,
    }
    list_display = (
        *("__str__", "category", "thread", "language", "revision", "status"),
        *("assigned_to", "created_at"),
    )
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

    @admin.display(description=_("merged into it"))
    def duplicate_reports(self, row: BugReport) -> str:
        """The numbers of the reports that repeat this one."""
        numbers = row.duplicates.values_list("pk", flat=True)[:50]
        return ", ".join(f"#{number}" for number in numbers) or "–"

    @admin.display(description=_("replies"))
    def replies(self, row: BugReport) -> SafeString | str:
        """What the reporter was told."""
        rows = row.replies.select_related("author")
        lines = (
            (moment(r.created_at), r.author or "–", r.get_status_display(), r.text) for r in rows
        )
        return format_html_join("", "<p>{} · {} · {}<br>{}</p>", lines) or "–"

    @admin.display(description=_("audit trail"))
    def trail(self, row: BugReport) -> SafeString | str:
        """What was done to the report."""
        return trail_of("report", row.pk)
