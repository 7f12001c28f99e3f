"""Filters of the queues."""

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
    """Why a comment needs a look; all that need one when nothing is chosen."""

    title = _("queue")
    parameter_name = "queue"
    queues = {"held": HELD, "flagged": FLAGGED, "new": UNSEEN_NEWCOMER}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The queues by name."""
        return [
            ("held", _("held")),
            ("flagged", _("flagged")),
            ("new", _("by new accounts")),
            ("all", _("all comments")),
        ]

    def choices(self, changelist: Any) -> Any:
        """The first choice is what needs a look, not everything."""
        choices = list(super().choices(changelist))
        choices[0]["display"] = _("needs a look")
        return choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the queue."""
        if self.value() == "all":
            return queryset
        return queryset.filter(
            self.queues.get(self.value() or "", HELD | FLAGGED | UNSEEN_NEWCOMER)
        )


class OpenOnly(admin.SimpleListFilter):
    """Reports by state; the open ones when nothing is chosen."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Every state, and all."""
        return [*model_admin.model.Status.choices, ("all", _("all reports"))]

    def choices(self, changelist: Any) -> Any:
        """The first choice is the open ones."""
        choices = list(super().choices(changelist))
        choices[0]["display"] = _("open")
        return choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in that state."""
        if self.value() == "all":
            return queryset
        if self.value():
            return queryset.filter(status=self.value())
        return queryset.open()  # type: ignore[attr-defined]


class Mine(admin.SimpleListFilter):
    """Who looks after a row."""

    title = _("assigned")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """To me, to nobody."""
        return [("me", _("to me")), ("nobody", _("to nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of that person."""
        match self.value():
            case "me":
                return queryset.filter(assigned_to=request.user)
            case "nobody":
                return queryset.filter(assigned_to=None)
        return queryset


class Age(admin.SimpleListFilter):
    """How long a row has been waiting."""

    title = _("age")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Older than so many days."""
        return [("1", _("over a day")), ("7", _("over a week")), ("30", _("over a month"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows older than that."""
        if self.value() not in ("1", "7", "30"):
            return queryset
        border = timezone.now() - timedelta(days=int(self.value() or 1))
        return queryset.filter(created_at__lt=border)
