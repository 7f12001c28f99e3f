"""Helpful marks and flags, one per learner and comment."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments import policy
from comments.conversation import comment_facts, notifying
from comments.conversation.editing import held_for_writing
from comments.conversation.showing import set_status
from comments.errors import Refused, TooMany
from comments.models import Comment, Flag, HelpfulMark
from pagecache.changes import invalidate

FLAGS_THAT_HOLD = 3
HOUR = timedelta(hours=1)
MOST_FLAGS_AN_HOUR = 20


def mark_helpful(*, comment: Comment, learner: User, helpful: bool) -> None:
    """Set or remove the learner's mark; idempotent.

    Raises Refused for one's own comment and for banned learners.
    """
    policy.check_may_write(learner, silenced_too=False)
    if comment.author_id == learner.pk:
        raise Refused(_("This is your own comment."))
    with transaction.atomic():
        fresh = held_for_writing(comment)
        change = add_mark(fresh, learner) if helpful else -remove_mark(fresh, learner)
        if change:
            same = Comment.objects.filter(pk=fresh.pk)
            same.update(helpful_count=F("helpful_count") + change)
            invalidate(f"thread:{fresh.thread_id}")
        if change > 0 and fresh.author is not None:
            comment_facts.acknowledge(fresh.author)


def add_mark(comment: Comment, learner: User) -> int:
    """Return 1 when the mark is new, else 0. The thread must be locked, so the count is exact."""
    return int(HelpfulMark.objects.get_or_create(comment=comment, learner=learner)[1])


def remove_mark(comment: Comment, learner: User) -> int:
    """Return 1 when there was a mark, else 0."""
    return HelpfulMark.objects.filter(comment=comment, learner=learner).delete()[0]


def flag(*, comment: Comment, learner: User, reason: str, note: str = "") -> None:
    """Flag the comment for moderators; the third flag by a settled account holds it.

    A second flag by the same learner changes nothing. Raises Refused for banned learners and for
    one's own comment, TooMany for too many flags.
    """
    policy.check_may_write(learner, silenced_too=False)
    if comment.author_id == learner.pk:
        raise Refused(_("This is your own comment."))
    check_pace(learner)
    with transaction.atomic():
        fresh = held_for_writing(comment)
        details = {"reason": reason, "note": note, "settled": policy.is_settled(learner)}
        new = Flag.objects.get_or_create(comment=fresh, learner=learner, defaults=details)[1]
        if new:
            Comment.objects.filter(pk=fresh.pk).update(flag_count=F("flag_count") + 1)
            hold_when_flagged_enough(fresh)


def check_pace(learner: User) -> None:
    """Raise TooMany for a learner who flagged many comments within the hour."""
    recent = Flag.objects.filter(learner=learner, created_at__gte=timezone.now() - HOUR)
    if recent.count() >= MOST_FLAGS_AN_HOUR:
        raise TooMany(_("You have reported a lot in a short time. Please try again later."))


def hold_when_flagged_enough(comment: Comment) -> None:
    """Hold a visible comment with enough open flags by settled accounts."""
    open_flags = Flag.objects.filter(comment=comment, settled=True, closed_at=None).count()
    if open_flags >= FLAGS_THAT_HOLD and comment.status == Comment.Status.VISIBLE:
        set_status(comment, Comment.Status.HELD, held_for=Comment.HeldFor.FLAGS)
        notifying.withdraw(comment)
