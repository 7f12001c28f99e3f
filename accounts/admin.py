"""Admin for accounts: roles, activation, and resetting the second factor.

Only superusers see it. Accounts are never added or deleted here: people sign up and delete their
accounts themselves.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import security_log
from accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Admin for a user's roles; all other fields are read-only."""

    list_display = ("handle", "display_name", "email", "is_staff", "is_superuser", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("handle", "display_name", "email")
    ordering = ("-date_joined", "-pk")
    fields = (
        *("handle", "display_name", "email", "language", "time_zone", "date_joined"),
        *("is_active", "is_staff", "is_superuser", "groups"),
    )
    readonly_fields = ("handle", "display_name", "email", "language", "time_zone", "date_joined")
    filter_horizontal = ("groups",)
    actions = ("reset_second_factor",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Allow superusers only."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow superusers only."""
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Allow superusers only; not their own row, so that they can't lock themselves out."""
        return self.has_view_permission(request) and (obj is None or obj.pk != request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse everybody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse everybody."""
        return False

    @admin.action(description=_("Reset second factor and sign out everywhere"))
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Remove the second factors of users who lost both their device and recovery codes."""
        with transaction.atomic():
            people = list(queryset)
            Authenticator.objects.filter(user__in=people).delete()
            for session in UserSession.objects.filter(user__in=people):
                session.end()
            for person in people:
                self.log_change(request, person, [{"changed": {"fields": ["second factor"]}}])
                security_log.write("second factor reset", person)
        told = ngettext(
            "The second factor of %(count)d person was reset.",
            "The second factor of %(count)d people was reset.",
            len(people),
        )
        self.message_user(request, told % {"count": len(people)}, messages.SUCCESS)
