"""The page that a comment stands on."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from comments.models import Comment, Thread
from comments.pages import REPLIES, REPLIES_OF_ONE_ROOT, ROOTS, page_url

IN_FRONT = 5  # roots that a page far down shows before the one that is looked for


def url_of(comment: Comment, viewer: Any) -> str:
    """The address, with anchor, of the page that shows the comment to this viewer."""
    return f"{page_of(comment, viewer)}#comment-{comment.pk}"


def page_of(comment: Comment, viewer: Any) -> str:
    """The lesson itself for its first page, else the page of the thread or of the root."""
    thread = comment.thread
    if comment.reply_number > REPLIES:
        behind = (comment.reply_number - 1) // REPLIES_OF_ONE_ROOT * REPLIES_OF_ONE_ROOT
        return page_url(thread, root=comment.root, behind=behind)
    roots = Comment.objects.placed_for(viewer).filter(
        thread=thread, depth=1, number__lt=comment.root
    )
    # Counting all that stand before would take the longer the longer the thread is.
    before = list(roots.order_by("-number").values_list("number", flat=True)[:ROOTS])
    if len(before) < ROOTS:
        return localised(thread)
    return page_url(thread, sort="oldest", after=before[IN_FRONT])


def localised(thread: Thread) -> str:
    """The address of the thread's page in the active language."""
    language = get_language() or settings.LANGUAGE_CODE
    return thread.url if language == settings.LANGUAGE_CODE else f"/{language}{thread.url}"
