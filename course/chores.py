"""What the background worker does for pages: publish what is due, and say that it is."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.registry import register_chore
from course.authoring.schedule import publish_due
from course.models import Announcement
from pagecache.changes import sweep, touch, touched_since


def register() -> None:
    """Called once when the app is ready."""
    register_chore("scheduled lessons", publish_due)
    register_chore("due announcements", tell_due)
    register_chore("old changes", sweep)


def tell_due() -> bool:
    """Renew pages when an announcement's time has come; returns whether one had.

    Nothing is written when an announcement becomes due, so kept pages would not show it until
    they are too old. An older one than that needs no telling.
    """
    now = timezone.now()
    oldest = now - timedelta(seconds=settings.PAGECACHE_SECONDS)
    due = Announcement.objects.filter(published_at__gt=oldest, published_at__lte=now)
    latest = due.order_by("-published_at").values_list("published_at", flat=True).first()
    if latest is None or touched_since("site", latest):
        return False
    touch("site")
    return True
