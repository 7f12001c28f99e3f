"""What stands in a thread: statuses, counts, and the tombstones that carry replies.

Everything here runs inside a transaction that holds the thread's row.
"""

from django.db.models import F

from comments.models import Comment
from pagecache.changes import touch

VISIBLE = Comment.Status.VISIBLE


def set_status(comment: Comment, status: str, *, held_for: str = "") -> None:
    """Give a comment another status and bring every count that depends on it up to date."""
    was_visible = comment.status == VISIBLE
    comment.status, comment.held_for = status, held_for
    comment.save(update_fields=["status", "held_for"])
    comment.thread.count(int(status == VISIBLE) - int(was_visible))
    ripple(comment)
    touch(f"thread:{comment.thread_id}")


def ripple(comment: Comment) -> None:
    """Show or remove the comment's place, and those of ancestors that only stood for it."""
    replies, node = 0, comment
    change = reshow(node)
    while change:
        if node.parent_id is None:
            break
        replies += change
        parent = Comment.objects.get(pk=node.parent_id)
        parent.live_replies += change
        parent.save(update_fields=["live_replies"])
        node, change = parent, reshow(parent)
    if replies:
        roots = Comment.objects.filter(thread=comment.thread_id, number=comment.root)
        roots.update(replies_shown=F("replies_shown") + replies)


def reshow(comment: Comment) -> int:
    """Whether the comment has a place for everybody now; returns 1, 0 or -1 for the change."""
    shown = comment.status == VISIBLE or comment.live_replies > 0
    change = int(shown) - int(comment.shown)
    if change:
        comment.shown = shown
        comment.save(update_fields=["shown"])
    return change
