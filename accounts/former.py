"""Handles that somebody had before: links to them lead on, and nobody else may take one.

The names of people are how others know whom they read. A handle that became free would lead old
links and mentions to a stranger.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.handles import skeleton
from accounts.models import FormerHandle, User

# Whoever changes names without end would take them all.
MOST = 10
TOO_MANY = _("You have changed your handle ten times. It stays as it is now.")


def keep(user: User, handle: str) -> None:
    """Store the handle that the user just gave up, and forget the one taken back, if so.

    Call it in the transaction that writes the new handle.
    """
    FormerHandle.objects.filter(user=user, skeleton=skeleton(user.handle)).delete()
    if skeleton(handle) != skeleton(user.handle):
        FormerHandle.objects.create(user=user, handle=handle)


def check_free(handle: str, *, own: int) -> None:
    """Raise ValidationError for a handle that somebody else had, or looks like one.

    Look for people who have it now *before* this: who just gave it up is then seen in one of both.
    """
    same = FormerHandle.objects.filter(skeleton=skeleton(handle))
    if same.exclude(user=own).exists():
        raise ValidationError(_("This handle is taken, or looks like one that is."))
    if not same.exists() and FormerHandle.objects.filter(user=own).count() >= MOST:
        raise ValidationError(TOO_MANY)


def owner_of(handle: str) -> User | None:
    """Return the active account that had this handle; one query."""
    former = FormerHandle.objects.filter(handle=handle, user__is_active=True)
    found = former.select_related("user").first()
    return found.user if found else None


def owners_of(handles: Iterable[str]) -> dict[str, User]:
    """Return the active accounts that had these handles, by handle; one query if there are any."""
    wanted = sorted(handles)
    if not wanted:
        return {}
    former = FormerHandle.objects.filter(handle__in=wanted, user__is_active=True)
    return {each.handle: each.user for each in former.select_related("user")}
