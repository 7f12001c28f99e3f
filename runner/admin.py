"""Read-only admin of runs and daemons."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from runner.models import Machine, Run


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Admin without add, change and delete."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse everybody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse everybody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse everybody."""
        return False


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Learners' programs and their results."""

    list_display = ("id", "key", "kind", "state", "ended", "seconds", "waited", "tries", "learner")
    list_filter = ("state", "kind", "created_at")
    search_fields = ("key",)
    ordering = ("-pk",)
    fields = (
        *("learner", "key", "kind", "state", "tries", "code", "output", "failure"),
        *("created_at", "started_at", "finished_at"),
    )
    list_select_related = ("learner",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """Defer the files, which the list doesn't show."""
        match = request.resolver_match
        rows = super().get_queryset(request)
        listing = match is not None and match.url_name == "runner_run_changelist"
        return rows.defer("files") if listing else rows

    @admin.display(description=_("ended"))
    def ended(self, run: Run) -> str:
        """How the run ended."""
        return str((run.result or {}).get("ended", ""))

    @admin.display(description=_("seconds"))
    def seconds(self, run: Run) -> str:
        """Duration of the run."""
        return str((run.result or {}).get("seconds", ""))

    @admin.display(description=_("seconds in the queue"))
    def waited(self, run: Run) -> str:
        """Time in the queue before the last attempt."""
        if not run.started_at:
            return ""
        return f"{(run.started_at - run.created_at).total_seconds():.1f}"

    @admin.display(description=_("code"))
    def code(self, run: Run) -> str:
        """The learner's program."""
        return str(run.files["code"])

    @admin.display(description=_("output"))
    def output(self, run: Run) -> str:
        """The program's output."""
        return str((run.result or {}).get("output", ""))

    @admin.display(description=_("reason"))
    def failure(self, run: Run) -> str:
        """The error, or why the program was not run."""
        result = run.result or {}
        return str(result.get("reason") or result.get("error") or "")


@admin.register(Machine)
class MachineAdmin(ReadOnlyAdmin):
    """Daemons and their last known state."""

    list_display = ("url", "slots", "problem", "asked_at")
