"""Find the page on which a comment is shown."""

from django.conf import settings
from django.utils.translation import get_language

from accounts.models import Viewer
from comments.conversation.pages import REPLIES, REPLIES_OF_ONE_ROOT, ROOTS, page_url
from comments.models import Comment, Thread

IN_FRONT = 5  # roots that a page far down shows before the one that is looked for


def url_of(comment: Comment, viewer: Viewer) -> str:
    """Return the URL, with anchor, of the page that shows the comment to this viewer."""
    return f"{page_of(comment, viewer)}#comment-{comment.pk}"


def page_of(comment: Comment, viewer: Viewer) -> str:
    """Return the lesson's URL for its first page, else that of the thread's or root's page."""
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
    """Return the URL of the page that shows the thread, in the active language."""
    language = get_language() or settings.LANGUAGE_CODE
    path = thread.shown_at
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"
