"""Helpful marks and flags: each learner once per comment."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments import merits, policy, telling
from comments.editing import held_for_writing
from comments.errors import Refused, TooMany
from comments.models import Comment, Flag, HelpfulMark
from comments.showing import set_status
from pagecache.changes import touch

FLAGS_THAT_HOLD = 3
HOUR = timedelta(hours=1)
MOST_FLAGS_AN_HOUR = 20


def mark_helpful(*, comment: Comment, learner: User, helpful: bool) -> None:
    """Set or take back the learner's mark; repeating it changes nothing.

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
            touch(f"thread:{fresh.thread_id}")
        if change > 0 and fresh.author is not None:
            merits.acknowledge(fresh.author)


def add_mark(comment: Comment, learner: User) -> int:
    """1 when the mark is new, else 0; the thread's row is held, so the count is exact."""
    return int(HelpfulMark.objects.get_or_create(comment=comment, learner=learner)[1])


def remove_mark(comment: Comment, learner: User) -> int:
    """1 when there was a mark, else 0."""
    return HelpfulMark.objects.filter(comment=comment, learner=learner).delete()[0]


def flag(*, comment: Comment, learner: User, reason: str, note: str = "") -> None:
    """Ask the moderators to look; the third flag by a settled account holds the comment.

    A second flag by the same learner changes nothing. Raises Refused for banned learners and
    for one's own comment, TooMany for who flags everything.
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
    """Raises TooMany for a learner who flagged a lot within the hour."""
    recent = Flag.objects.filter(learner=learner, created_at__gte=timezone.now() - HOUR)
    if recent.count() >= MOST_FLAGS_AN_HOUR:
        raise TooMany(_("You have reported a lot in a short time. Please go on later."))


def hold_when_flagged_enough(comment: Comment) -> None:
    """Hold a visible comment that enough settled accounts have open flags on."""
    open_flags = Flag.objects.filter(comment=comment, settled=True, closed_at=None).count()
    if open_flags >= FLAGS_THAT_HOLD and comment.status == Comment.Status.VISIBLE:
        set_status(comment, Comment.Status.HELD, held_for=Comment.HeldFor.FLAGS)
        telling.take_back(comment)
