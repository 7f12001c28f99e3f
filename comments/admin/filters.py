"""List filters of the moderators' admin."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HELD = Q(status="held")
FLAGGED = Q(flag_count__gt=0)
UNSEEN_NEWCOMER = Q(by_newcomer=True, reviewed_at=None, status="visible")


class Queue(admin.SimpleListFilter):
    """Filter by reason for review; by default all comments that need review."""

    title = _("queue")
    parameter_name = "queue"
    queues = {"held": HELD, "flagged": FLAGGED, "new": UNSEEN_NEWCOMER}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The available reasons."""
        return [
            ("held", _("held")),
            ("flagged", _("flagged")),
            ("new", _("by new accounts")),
            ("all", _("all comments")),
        ]

    def choices(self, changelist: Any) -> Any:
        """The default choice is what needs review, not all comments."""
        choices = list(super().choices(changelist))
        choices[0]["display"] = _("needs review")
        return choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Comments in the chosen queue."""
        if self.value() == "all":
            return queryset
        return queryset.filter(
            self.queues.get(self.value() or "", HELD | FLAGGED | UNSEEN_NEWCOMER)
        )


class OpenOnly(admin.SimpleListFilter):
    """Filter reports by state; open ones by default."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Every state, and all reports."""
        return [*model_admin.model.Status.choices, ("all", _("all reports"))]

    def choices(self, changelist: Any) -> Any:
        """The default choice is the open reports."""
        choices = list(super().choices(changelist))
        choices[0]["display"] = _("open")
        return choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Reports in the chosen state."""
        if self.value() == "all":
            return queryset
        if self.value():
            return queryset.filter(status=self.value())
        return queryset.open()  # type: ignore[attr-defined]


class Mine(admin.SimpleListFilter):
    """Filter by assigned moderator."""

    title = _("assigned")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Assigned to me, or to nobody."""
        return [("me", _("to me")), ("nobody", _("to nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows with the chosen assignment."""
        match self.value():
            case "me":
                return queryset.filter(assigned_to=request.user)
            case "nobody":
                return queryset.filter(assigned_to=None)
        return queryset


class Age(admin.SimpleListFilter):
    """Filter by age."""

    title = _("age")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Minimum ages in days."""
        return [("1", _("over a day")), ("7", _("over a week")), ("30", _("over a month"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows older than the chosen age."""
        if self.value() not in ("1", "7", "30"):
            return queryset
        border = timezone.now() - timedelta(days=int(self.value() or 1))
        return queryset.filter(created_at__lt=border)
