"""Atom feed of a thread with its public comments, newest first."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import ANYBODY
from comments import access
from comments.conversation import permalinks
from comments.models import Comment, Thread
from markup.feeds import AtomFeed

LENGTH = 30


class ThreadFeed(Feed):
    """`/threads/<id>/feed/`; identical for everybody, so that it can be cached."""

    feed_type = AtomFeed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Thread:
        """Return the thread. Raises Http404 for pages that are not public, even for staff."""
        return access.get_thread(ANYBODY, kwargs["thread_id"])

    def title(self, thread: Thread) -> str:
        """The page's title."""
        return _("Comments on “%(page)s”") % {"page": thread.name}

    def link(self, thread: Thread) -> str:
        """The page's URL."""
        return permalinks.localised(thread)

    def items(self, thread: Thread) -> Any:
        """The newest comments."""
        rows = Comment.objects.visible_to(ANYBODY).filter(thread=thread)
        return rows.select_related("author").order_by("-number")[:LENGTH]

    def item_title(self, item: Comment) -> str:
        """The beginning of the text."""
        return item.excerpt

    def item_description(self, item: Comment) -> str:
        """The stored, safe HTML."""
        return item.html

    def item_author_name(self, item: Comment) -> str:
        """The author's name, with the handle."""
        return item.signature

    def item_pubdate(self, item: Comment) -> datetime:
        """When it was posted."""
        return item.created_at

    def item_updateddate(self, item: Comment) -> datetime:
        """When it was last edited."""
        return item.edited_at or item.created_at
