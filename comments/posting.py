"""Post a comment: once per form, in its place, counted, followed and told."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from comments import policy, telling
from comments.errors import Invalid, Refused
from comments.models import MAX_DEPTH, Comment, Thread
from comments.rendering import RenderedComment, render
from comments.showing import ripple
from comments.threads import take_part
from markup import MarkupError
from pagecache.changes import touch


@dataclass(frozen=True)
class Place:
    """Where a new comment stands."""

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

    Raises Refused (sanction, locked thread), TooMany, or Invalid (text can't be shown).
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
    """The comment that this author's form made already."""
    return Comment.objects.filter(author=author, token=token).select_related("thread").first()


def rendered_or_invalid(body: str, language: str) -> RenderedComment:
    """The rendered text. Raises Invalid with what is wrong with it."""
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
    """Write the comment and everything that follows; the thread's row is held."""
    policy.check_thread_open(thread, author)
    verdict = policy.judge(author=author, body=body, html=rendered.html, token=token)
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
    """Count and show a comment that has just become visible, and tell whom it concerns."""
    comment.thread.count(1)
    ripple(comment)
    telling.tell_of(comment, mentioned)
    touch(f"thread:{comment.thread_id}")


def place_under(thread: Thread, parent: Comment | None) -> Place:
    """The place of the next comment: at the end of the thread or of what it answers."""
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
