"""Background chores: publish what is due and invalidate its pages."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.registry import register_chore
from course.authoring.schedule import publish_due
from course.models import Announcement
from course.search.misses import forget_old_misses
from pagecache.changes import invalidate, invalidated_since, prune


def register() -> None:
    """Called once when the app is ready."""
    register_chore("scheduled lessons", publish_due)
    register_chore("due announcements", tell_due)
    register_chore("old changes", prune)
    register_chore("old searches", forget_old_misses)


def tell_due() -> bool:
    """Invalidate pages when an announcement becomes due. Returns whether one did.

    Nothing is written at that time, so cached pages would not show it before they expire. Older
    announcements need no invalidation, because all cached pages have expired since.
    """
    now = timezone.now()
    oldest = now - timedelta(seconds=settings.PAGECACHE_SECONDS)
    due = Announcement.objects.filter(published_at__gt=oldest, published_at__lte=now)
    latest = due.order_by("-published_at").values_list("published_at", flat=True).first()
    if latest is None or invalidated_since("site", latest):
        return False
    invalidate("site")
    return True
