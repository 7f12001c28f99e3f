"""Post a comment once per form, with counts, follow state and notifications."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from comments import policy
from comments.conversation import notifying
from comments.conversation.rendering import RenderedComment, render
from comments.conversation.showing import update_ancestors
from comments.conversation.threads import take_part
from comments.errors import Invalid, Refused
from comments.models import MAX_DEPTH, Comment, Thread
from markup import MarkupError
from pagecache.changes import invalidate


@dataclass(frozen=True)
class Place:
    """Position of a new comment."""

    number: int
    root: int
    path: str
    depth: int
    reply_number: int


def post(
    *,
    thread: Thread,
    author: User,
    body: str,
    language: str,
    token: str,
    parent: Comment | None = None,
) -> Comment:
    """Post a comment, or return the one that this form posted before (`token` is the form's).

    Raises Refused (sanction, locked thread), TooMany, or Invalid (unrenderable text).
    """
    earlier = posted_before(author, token)
    if earlier:
        return earlier
    policy.check_may_write(author)
    rendered = rendered_or_invalid(body, language)
    try:
        with transaction.atomic():
            held = Thread.objects.locked_for_writing().get(pk=thread.pk)
            return insert(held, author, body, language, token, parent, rendered)
    except IntegrityError:
        earlier = posted_before(author, token)
        if earlier is None:
            raise
        return earlier


def posted_before(author: User, token: str) -> Comment | None:
    """Return the comment that this author's form posted already, or None."""
    return Comment.objects.filter(author=author, token=token).select_related("thread").first()


def rendered_or_invalid(body: str, language: str) -> RenderedComment:
    """Return the rendered text. Raises Invalid listing its mistakes."""
    try:
        return render(body, language=language)
    except MarkupError as error:
        raise Invalid(str(error)) from error


def insert(
    thread: Thread,
    author: User,
    body: str,
    language: str,
    token: str,
    parent: Comment | None,
    rendered: RenderedComment,
) -> Comment:
    """Insert the comment with everything that follows from it; locks the thread's row."""
    policy.check_thread_open(thread, author)
    verdict = policy.screen(author=author, body=body, html=rendered.html, token=token)
    place = place_under(thread, parent)
    comment = Comment.objects.create(
        thread=thread,
        author=author,
        parent=parent,
        language=language,
        body=body,
        html=rendered.html,
        renderer_version=rendered.version,
        token=token,
        status=verdict.status,
        held_for=verdict.held_for,
        by_newcomer=policy.is_newcomer(author),
        **vars(place),
    )
    take_part(thread, author)
    if comment.status == Comment.Status.VISIBLE:
        announce(comment, rendered.mentioned)
    return comment


def announce(comment: Comment, mentioned: tuple[User, ...]) -> None:
    """Count a comment that just became visible, invalidate pages, and send notifications."""
    comment.thread.count(1)
    update_ancestors(comment)
    notifying.notify_about(comment, mentioned)
    invalidate(f"thread:{comment.thread_id}")


def place_under(thread: Thread, parent: Comment | None) -> Place:
    """Return the next position: at the end of the thread, or below the parent comment.

    The thread's row must be locked. Raises Refused when the parent comment is gone.
    """
    # The lock on the thread makes the number unique; the parent is read again under it, because
    # a moderator may have hidden it while the reply was written.
    number = thread.next_number()
    if parent is None:
        return Place(number, root=number, path=f"{number:08d}", depth=1, reply_number=0)
    parent.refresh_from_db(fields=["status", "path", "depth", "root", "thread"])
    if parent.thread_id != thread.pk or parent.status in ("deleted", "hidden"):
        raise Refused(_("The comment you answer is no longer there."))
    roots = Comment.objects.filter(thread=thread, number=parent.root)
    roots.update(replies_posted=F("replies_posted") + 1)
    stem = parent.path[: 8 * (MAX_DEPTH - 1)]
    return Place(
        number,
        root=parent.root,
        path=f"{stem}{number:08d}",
        depth=min(parent.depth + 1, MAX_DEPTH),
        reply_number=roots.values_list("replies_posted", flat=True).get(),
    )
