"""Visibility of comments in a thread: statuses, counts, and tombstones with replies.

Everything here must run in a transaction that has locked the thread's row.
"""

from django.db.models import F

from comments.models import Comment
from pagecache.changes import invalidate

VISIBLE = Comment.Status.VISIBLE


def set_status(comment: Comment, status: str, *, held_for: str = "") -> None:
    """Change a comment's status and update every count that depends on it."""
    was_visible = comment.status == VISIBLE
    comment.status, comment.held_for = status, held_for
    comment.save(update_fields=["status", "held_for"])
    comment.thread.count(int(status == VISIBLE) - int(was_visible))
    update_ancestors(comment)
    invalidate(f"thread:{comment.thread_id}")


def update_ancestors(comment: Comment) -> None:
    """Show or remove the comment, and tombstones of ancestors without visible replies."""
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
    """Update whether the comment has a place in the thread. Returns the change: 1, 0 or -1."""
    shown = comment.status == VISIBLE or comment.live_replies > 0
    change = int(shown) - int(comment.shown)
    if change:
        comment.shown = shown
        comment.save(update_fields=["shown"])
    return change
