"""Edit a comment; delete it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments import policy, telling
from comments.errors import EditConflict, Refused
from comments.models import Comment, CommentRevision, Flag, HelpfulMark, Thread
from comments.posting import rendered_or_invalid
from comments.rendering import RenderedComment
from comments.showing import set_status
from pagecache.changes import touch


def held_for_writing(comment: Comment) -> Comment:
    """The comment as it is now, its thread's row held until the transaction ends."""
    thread = Thread.objects.locked_for_writing().get(pk=comment.thread_id)
    fresh = Comment.objects.select_related("author", "parent").get(pk=comment.pk)
    fresh.thread = thread
    return fresh


def edit(*, comment: Comment, editor: User, body: str, seen_version: int) -> Comment:
    """Replace the author's own text; within five minutes without a mark.

    `seen_version` is the version that the form showed. Raises EditConflict when it is not the
    latest, Refused when the editor is sanctioned or the comment gone, Invalid when the text
    can't be shown.
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
            store_text(fresh, body, rendered)
            after_edit(fresh, rendered, held_for)
        return fresh


def check_standing(comment: Comment) -> None:
    """Raises Refused when the comment was deleted or hidden since the form was opened."""
    if comment.status in (Comment.Status.DELETED, Comment.Status.HIDDEN):
        raise Refused(_("This comment is no longer there."))


def check_version(comment: Comment, body: str, seen_version: int) -> None:
    """Raises EditConflict when another text was saved since; the same text again is fine."""
    if comment.version != seen_version and comment.body != body:
        message = _("This comment was changed elsewhere meanwhile. Compare the two texts below.")
        raise EditConflict(message, current=comment.body, version=comment.version)


def store_text(comment: Comment, body: str, rendered: RenderedComment) -> None:
    """Keep the old text for moderators and write the new one."""
    now = timezone.now()
    CommentRevision.objects.create(comment=comment, version=comment.version, body=comment.body)
    if not comment.is_silently_editable(now):
        comment.edited_at = now
    comment.body, comment.html = body, rendered.html
    comment.renderer_version = rendered.version
    comment.version += 1
    comment.save(update_fields=["body", "html", "renderer_version", "version", "edited_at"])


def after_edit(comment: Comment, rendered: RenderedComment, held_for: str) -> None:
    """Hold what would have been held when posted, tell those newly mentioned, refresh pages."""
    if comment.status != Comment.Status.VISIBLE:
        return
    if held_for:
        set_status(comment, Comment.Status.HELD, held_for=held_for)
        telling.take_back(comment)
        return
    telling.tell_mentioned(comment, rendered.mentioned)
    touch(f"thread:{comment.thread_id}")


def delete(*, comment: Comment) -> None:
    """Take the author's comment away; a tombstone stays where replies stand."""
    with transaction.atomic():
        fresh = held_for_writing(comment)
        if fresh.status != Comment.Status.DELETED:
            set_status(fresh, Comment.Status.DELETED)
            telling.take_back(fresh)


def erase_text(author: User) -> None:
    """Delete everything that the author wrote, text and history included."""
    own = Comment.objects.filter(author=author)
    for comment in own.exclude(status=Comment.Status.DELETED):
        delete(comment=comment)
    forget_deleted(author)


def forget_deleted(author: User) -> None:
    """Remove the text of what the author deleted, and every earlier text."""
    CommentRevision.objects.filter(comment__author=author).delete()
    deleted = Comment.objects.filter(author=author, status=Comment.Status.DELETED)
    deleted.update(body="", html="")


def withdraw_marks(learner: User) -> None:
    """Take back every helpful mark and open flag of an account that goes, counts included."""
    marked = HelpfulMark.objects.filter(learner=learner)
    same = Comment.objects.filter(pk__in=marked.values("comment"))
    same.update(helpful_count=F("helpful_count") - 1)
    touch(*(f"thread:{thread}" for thread in set(same.values_list("thread", flat=True))))
    marked.delete()
    flagged = Flag.objects.filter(learner=learner, closed_at=None)
    Comment.objects.filter(pk__in=flagged.values("comment"), flag_count__gt=0).update(
        flag_count=F("flag_count") - 1
    )
    Flag.objects.filter(learner=learner).delete()
