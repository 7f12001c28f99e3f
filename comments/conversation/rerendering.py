"""Render stored comments again after the renderer changed."""

from comments.conversation.rendering import render
from comments.models import Comment
from markup import RENDERER_VERSION, MarkupError
from pagecache.changes import invalidate


def render_comments(*, stale_only: bool = False) -> tuple[int, list[str]]:
    """Return the number of rendered comments, and messages about those left unchanged."""
    comments = Comment.objects.exclude(body="")
    if stale_only:
        comments = comments.filter(renderer_version__lt=RENDERER_VERSION)
    done, problems, threads = 0, [], set()
    for comment in comments.only("pk", "thread_id", "body", "language", "version").iterator():
        try:
            done += render_comment_again(comment)
            threads.add(comment.thread_id)
        except MarkupError as error:
            problems.append(f"comment {comment.pk}: {error}")
    for thread in sorted(threads):
        invalidate(f"thread:{thread}")
    return done, problems


def render_comment_again(comment: Comment) -> int:
    """Save new HTML unless the comment was edited meanwhile. Returns the changed rows."""
    rendered = render(comment.body, language=comment.language)
    same = Comment.objects.filter(pk=comment.pk, version=comment.version)
    return same.update(html=rendered.html, renderer_version=rendered.version)
