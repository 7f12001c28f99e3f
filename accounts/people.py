"""The signed-in user, and access to public profiles."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest

from accounts import former
from accounts.handles import ALLOWED, normalize_handle
from accounts.models import User


def current_user(request: HttpRequest) -> User:
    """Return the signed-in user; for views that require one."""
    if not isinstance(request.user, User):
        raise TypeError("this view needs login_required")
    return request.user


def visible_profile(handle: str, viewer: User | AnonymousUser) -> User:
    """Return the owner of a profile that the viewer may see, also by a handle that they changed.

    Raises Http404 in the same way for an unknown handle, a private profile, and an account that is
    inactive or about to be deleted.
    """
    handle = normalize_handle(handle)
    if not ALLOWED.fullmatch(handle):
        raise Http404
    owner = User.objects.filter(handle=handle, is_active=True).first() or former.owner_of(handle)
    if owner is None or not (owner == viewer or (owner.profile_public and not owner.delete_at)):
        raise Http404
    return owner
