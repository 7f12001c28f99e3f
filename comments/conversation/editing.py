"""Edit and delete comments."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments import policy
from comments.conversation import notifying
from comments.conversation.posting import rendered_or_invalid
from comments.conversation.rendering import RenderedComment, handles_in
from comments.conversation.showing import set_status
from comments.errors import EditConflict, Refused
from comments.models import Comment, CommentRevision, Flag, HelpfulMark, Thread
from pagecache.changes import invalidate


def held_for_writing(comment: Comment) -> Comment:
    """Return the current comment; locks its thread's row until the transaction ends."""
    # The thread, not the comment: posting, moderation and edits of one conversation change the
    # same counters, and one lock taken first by all of them can't deadlock.
    thread = Thread.objects.locked_for_writing().get(pk=comment.thread_id)
    fresh = Comment.objects.select_related("author", "parent").get(pk=comment.pk)
    fresh.thread = thread
    return fresh


def edit(*, comment: Comment, editor: User, body: str, seen_version: int) -> Comment:
    """Replace the text of the author's own comment; within five minutes it isn't marked as edited.

    `seen_version` is the version that the form was opened with. Raises EditConflict when it is not
    the latest, Refused when the editor is sanctioned or the comment gone, Invalid when the text
    can't be rendered.
    """
    policy.check_may_write(editor)
    rendered = rendered_or_invalid(body, comment.language)
    with transaction.atomic():
        fresh = held_for_writing(comment)
        check_standing(fresh)
        check_version(fresh, body, seen_version)
        policy.check_thread_open(fresh.thread, editor)
        if fresh.body != body:
            held_for = policy.hold_edit(editor, body, old=fresh.html, new=rendered.html)
            before = handles_in(fresh.body)
            store_text(fresh, body, rendered)
            # Whoever took such a handle after it was written was never meant.
            newly = [each for each in rendered.mentioned if each.handle not in before]
            after_edit(fresh, newly, held_for)
        return fresh


def check_standing(comment: Comment) -> None:
    """Raise Refused when the comment was deleted or hidden since the form was opened."""
    if comment.status in (Comment.Status.DELETED, Comment.Status.HIDDEN):
        raise Refused(_("This comment is no longer there."))


def check_version(comment: Comment, body: str, seen_version: int) -> None:
    """Raise EditConflict if another text was saved since; resending the same text is accepted."""
    if comment.version != seen_version and comment.body != body:
        message = _("This comment was changed elsewhere meanwhile. Compare the two texts below.")
        raise EditConflict(message, current=comment.body, version=comment.version)


def store_text(comment: Comment, body: str, rendered: RenderedComment) -> None:
    """Save the old text as a revision for moderators, and write the new one."""
    now = timezone.now()
    CommentRevision.objects.create(comment=comment, version=comment.version, body=comment.body)
    if not comment.is_silently_editable(now):
        comment.edited_at = now
    comment.body, comment.html = body, rendered.html
    comment.renderer_version = rendered.version
    comment.version += 1
    comment.save(update_fields=["body", "html", "renderer_version", "version", "edited_at"])


def after_edit(comment: Comment, newly: Sequence[User], held_for: str) -> None:
    """Hold the comment if its new text requires it, notify new mentions, invalidate pages."""
    if comment.status != Comment.Status.VISIBLE:
        return
    if held_for:
        set_status(comment, Comment.Status.HELD, held_for=held_for)
        notifying.withdraw(comment)
        return
    notifying.notify_mentioned(comment, newly)
    invalidate(f"thread:{comment.thread_id}")


def delete(*, comment: Comment) -> None:
    """Delete the author's comment; leaves a tombstone if it has replies."""
    with transaction.atomic():
        fresh = held_for_writing(comment)
        if fresh.status != Comment.Status.DELETED:
            set_status(fresh, Comment.Status.DELETED)
            notifying.withdraw(fresh)


def erase_text(author: User) -> None:
    """Delete all of the author's texts, including earlier revisions."""
    own = Comment.objects.filter(author=author)
    for comment in own.exclude(status=Comment.Status.DELETED):
        delete(comment=comment)
    forget_deleted(author)


def forget_deleted(author: User) -> None:
    """Erase the text and revisions of comments that the author deleted."""
    CommentRevision.objects.filter(comment__author=author).delete()
    deleted = Comment.objects.filter(author=author, status=Comment.Status.DELETED)
    deleted.update(body="", html="")


def withdraw_marks(learner: User) -> None:
    """Remove all helpful marks and open flags of a deleted account, and correct the counts."""
    marked = HelpfulMark.objects.filter(learner=learner)
    same = Comment.objects.filter(pk__in=marked.values("comment"))
    same.update(helpful_count=F("helpful_count") - 1)
    invalidate(*(f"thread:{thread}" for thread in set(same.values_list("thread", flat=True))))
    marked.delete()
    flagged = Flag.objects.filter(learner=learner, closed_at=None)
    Comment.objects.filter(pk__in=flagged.values("comment"), flag_count__gt=0).update(
        flag_count=F("flag_count") - 1
    )
    Flag.objects.filter(learner=learner).delete()
