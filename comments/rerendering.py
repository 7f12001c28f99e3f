"""Render stored comments again, after a release that changed the renderer."""

from comments.models import Comment
from comments.rendering import render
from markup import RENDERER_VERSION, MarkupError
from pagecache.changes import touch


def render_comments(*, stale_only: bool = False) -> tuple[int, list[str]]:
    """(comments rendered, messages about those that failed and stay as they are)."""
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
        touch(f"thread:{thread}")
    return done, problems


def render_comment_again(comment: Comment) -> int:
    """Store new HTML unless the comment was edited meanwhile; returns how many rows changed."""
    rendered = render(comment.body, language=comment.language)
    same = Comment.objects.filter(pk=comment.pk, version=comment.version)
    return same.update(html=rendered.html, renderer_version=rendered.version)
