"""Notify learners of comments: once each, with a reply before a mention before a follow.

Never the author, nor learners who muted the thread, have no verified address or may not read the
comment. The stored notification contains no comment text; the mail fetches it when sent.
"""

from collections.abc import Iterable, Mapping, Sequence

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import ANYBODY, Notification, User
from accounts.notifications import Notice, notify_many
from comments.conversation.threads import mute_token
from comments.models import Comment, Follow

REPLY, MENTION, FOLLOW = "reply", "mention", "follow"
BATCH = 500


def notify_about(comment: Comment, mentioned: Sequence[User]) -> None:
    """Notify everybody whom a visible comment concerns; three queries in total."""
    send(comment, recipients(comment, mentioned))


def notify_mentioned(comment: Comment, mentioned: Sequence[User]) -> None:
    """Notify learners newly mentioned by an edit, unless they were notified before.

    Followers are not notified: the comment is not new.
    """
    newly = {person.pk for person in mentioned}
    kinds = recipients(comment, mentioned) if newly else {}
    send(comment, {pk: kind for pk, kind in kinds.items() if pk in newly})


def send(comment: Comment, kinds: Mapping[int, str]) -> None:
    """Store the notices for learners who can receive them."""
    people = deliverable(comment, kinds)
    notify_many([notice_of(comment, person, kinds[person.pk]) for person in people])


def recipients(comment: Comment, mentioned: Sequence[User]) -> dict[int, str]:
    """Return the kind of notice by learner id; the strongest reason wins. Excludes muted ones."""
    follows = dict(Follow.objects.filter(thread=comment.thread_id).values_list("learner", "state"))
    kinds = {pk: FOLLOW for pk, state in follows.items() if state == Follow.State.FOLLOWING}
    kinds |= {person.pk: MENTION for person in mentioned}
    answered = comment.parent.author_id if comment.parent else None
    if answered:
        kinds[answered] = REPLY
    kinds.pop(comment.author_id or 0, None)
    return {pk: kind for pk, kind in kinds.items() if follows.get(pk) != Follow.State.MUTED}


def deliverable(comment: Comment, ids: Iterable[int]) -> list[User]:
    """Return the learners who are active, have a verified address and may read the comment."""
    ids = list(ids)
    if not ids:
        return []
    verified = EmailAddress.objects.filter(verified=True).values("user")
    may_read = Q() if comment.thread.public else Q(is_staff=True)
    people = User.objects.filter(may_read, pk__in=ids, is_active=True)
    return list(people.filter(pk__in=verified))


def notice_of(comment: Comment, learner: User, kind: str, body: str = "") -> Notice:
    """Return the notice in the learner's language."""
    with override(learner.language):
        return Notice(
            learner=learner,
            key=key_of(comment),
            kind=kind,
            text=text_of(comment, kind, comment.signature),
            url=comment.get_absolute_url(),
            body=body,
            aside=mute_line(comment, learner) if body else "",
            group=f"thread:{comment.thread_id}",
            title=comment.thread.name,
        )


def key_of(comment: Comment) -> str:
    """Return the key that limits notifications to one per comment, whatever the reason."""
    return f"comment:{comment.pk}"


def text_of(comment: Comment, kind: str, name: str) -> str:
    """Return one line in the active language; `name` is the author's signature."""
    texts = {
        REPLY: _("%(name)s replied to you in “%(page)s”"),
        MENTION: _("%(name)s mentioned you in “%(page)s”"),
        FOLLOW: _("%(name)s wrote in “%(page)s”"),
    }
    return texts[kind] % {"name": name, "page": comment.thread.name}


def withdraw(comment: Comment) -> None:
    """Delete unread notifications about a comment that is no longer visible.

    Those already mailed stay, marked as read: their key prevents a second mail when the comment is
    restored.
    """
    unread = Notification.objects.filter(key=key_of(comment), read_at=None)
    unread.filter(emailed_at=None).delete()
    unread.update(read_at=timezone.now(), mail_at=None)


def forget_name(author: User) -> None:
    """Remove the author's name from notifications about the comments, before account deletion.

    Two queries for every BATCH comments, and one for every BATCH notified learners.
    """
    last = 0
    while batch := list(comments_after(author, last)[:BATCH]):
        last = batch[-1].pk
        by_key = {key_of(comment): comment for comment in batch}
        told = Notification.objects.filter(key__in=by_key).select_related("learner")
        rows = list(told)
        for row in rows:
            with override(row.learner.language):
                nobody = Comment().author_name
                row.text = text_of(by_key[row.key], row.kind, nobody)[:300]
        Notification.objects.bulk_update(rows, ["text"], batch_size=BATCH)


def comments_after(author: User, last: int) -> QuerySet[Comment]:
    """Return the author's comments with ids above this, in order, with their threads."""
    own = Comment.objects.filter(author=author, pk__gt=last)
    return own.select_related("thread").order_by("pk")


def recheck(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Before mailing: return current notices, None for those that must not be mailed."""
    comments = readable_now(notifications)
    muted = muted_now(notifications, comments.values())
    return {
        row.pk: mail_of(comments.get(row.key), row, muted) if row.key in comments else None
        for row in notifications
    }


def readable_now(notifications: Sequence[Notification]) -> dict[str, Comment]:
    """Return publicly readable comments by notification key."""
    ids = [int(row.key.partition(":")[2]) for row in notifications]
    rows = Comment.objects.visible_to(ANYBODY).filter(pk__in=ids).select_related("thread", "author")
    return {key_of(comment): comment for comment in rows}


def muted_now(
    notifications: Sequence[Notification], comments: Iterable[Comment]
) -> set[tuple[int, int]]:
    """Return (learner, thread) pairs that are muted."""
    return set(
        Follow.objects.filter(
            learner__in=[row.learner_id for row in notifications],
            thread__in=[comment.thread_id for comment in comments],
            state=Follow.State.MUTED,
        ).values_list("learner", "thread")
    )


def mail_of(
    comment: Comment | None, row: Notification, muted: set[tuple[int, int]]
) -> Notice | None:
    """Return the notice with the comment's text and the mute link, or None when obsolete."""
    if comment is None or (row.learner_id, comment.thread_id) in muted:
        return None
    return notice_of(comment, row.learner, row.kind, body=comment.told)


def mute_line(comment: Comment, learner: User) -> str:
    """Return the line with the link that mutes the thread, in the active language."""
    path = reverse("thread-mute", args=[mute_token(comment.thread_id, learner.pk)])
    mute = _("Mute this conversation:")
    return f"{mute} {settings.SITE_URL}{path}"


def present(notifications: Sequence[Notification]) -> Mapping[int, Notice]:
    """Return what the list shows of comments that can be read, in the active language."""
    comments = readable_now(notifications)
    return {
        row.pk: Notice(
            learner=row.learner,
            key=row.key,
            kind=row.kind,
            text=text_of(comments[row.key], row.kind, comments[row.key].signature),
            url=comments[row.key].get_absolute_url(),
            body=comments[row.key].excerpt,
        )
        for row in notifications
        if row.key in comments
    }
