"""Rules of who may see what; all code uses them through `visible_to(viewer)`.

A viewer is a User, an AnonymousUser or None (nobody signed in).
"""

from typing import TypeGuard

from django.db.models import Q

from accounts.models import User, Viewer

VISIBLE, HELD, HIDDEN, DELETED = "visible", "held", "hidden", "deleted"


def is_moderator(viewer: Viewer) -> bool:
    """Whether the viewer is a moderator; queries the database only for staff."""
    if not viewer.is_staff or not viewer.is_active:
        return False
    return bool(viewer.has_perm("comments.moderate_comment"))


def is_staff(viewer: Viewer) -> bool:
    """Whether the viewer may read pages that are not public yet."""
    return viewer.is_staff and viewer.is_active


def is_signed_in(viewer: Viewer) -> TypeGuard[User]:
    """Whether the viewer is signed in."""
    return viewer.is_authenticated


def open_pages(viewer: Viewer, thread: str = "thread__") -> Q:
    """Rows of public pages; staff also see those of drafts."""
    return Q() if is_staff(viewer) else Q(**{f"{thread}public": True})


def readable_comments(viewer: Viewer) -> Q:
    """Comments whose text the viewer may read.

    Moderators read everything, authors also their own held and hidden ones (marked as such), all
    others only visible ones; on pages that are not public only staff read anything.
    """
    if is_moderator(viewer):
        return Q(pk__isnull=False)
    statuses = Q(status=VISIBLE)
    if is_signed_in(viewer):
        statuses |= Q(author=viewer, status__in=(HELD, HIDDEN))
    return open_pages(viewer) & statuses


def readable_reports(viewer: Viewer) -> Q:
    """Reports that the viewer may read: one's own, and all for moderators."""
    if is_moderator(viewer):
        return Q(pk__isnull=False)
    return Q(reporter=viewer) if is_signed_in(viewer) else Q(pk__isnull=True)
