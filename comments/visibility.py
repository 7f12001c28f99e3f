"""The one rule of who may see what; every outlet asks it through `visible_to(viewer)`.

A viewer is a User, an AnonymousUser or None (nobody signed in).
"""

from typing import Any

from django.db.models import Q

VISIBLE, HELD, HIDDEN, DELETED = "visible", "held", "hidden", "deleted"


def is_moderator(viewer: Any) -> bool:
    """Whether the viewer works at the moderators' desk; asks the database only for staff."""
    if not getattr(viewer, "is_staff", False) or not viewer.is_active:
        return False
    return bool(viewer.has_perm("comments.moderate_comment"))


def is_staff(viewer: Any) -> bool:
    """Whether the viewer may read pages that are not public yet."""
    return bool(getattr(viewer, "is_staff", False) and viewer.is_active)


def signed_in(viewer: Any) -> bool:
    """Whether there is an account behind the viewer."""
    return bool(viewer is not None and viewer.is_authenticated)


def open_pages(viewer: Any, thread: str = "thread__") -> Q:
    """Rows of public pages; staff see those of drafts too."""
    return Q() if is_staff(viewer) else Q(**{f"{thread}public": True})


def readable_comments(viewer: Any) -> Q:
    """Comments whose text the viewer may read.

    Moderators read everything, authors also their own held and hidden ones (told as such), all
    others what is visible; on pages that are not public only staff read anything.
    """
    if is_moderator(viewer):
        return Q(pk__isnull=False)
    statuses = Q(status=VISIBLE)
    if signed_in(viewer):
        statuses |= Q(author=viewer, status__in=(HELD, HIDDEN))
    return open_pages(viewer) & statuses


def readable_reports(viewer: Any) -> Q:
    """Reports that the viewer may read: one's own, and all for moderators."""
    if is_moderator(viewer):
        return Q(pk__isnull=False)
    return Q(reporter=viewer) if signed_in(viewer) else Q(pk__isnull=True)
