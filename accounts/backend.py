"""Who is signed in, with what the header of every page shows of them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Notification, User


class Backend(AuthenticationBackend):
    """Sign-in as allauth does it."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session and its number of unread notifications, in one query."""
        rows = Notification.objects.filter(learner=OuterRef("pk")).unread().order_by()
        unread = Subquery(rows.values("learner").annotate(n=Count("pk")).values("n"))
        user = User.objects.annotate(unread_at_start=Coalesce(unread, 0)).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
