"""Who is told of a comment, and how: each person once, reply before mention before follow.

Never oneself, never whoever muted the thread, has no verified address or may not read the
comment. The stored notification carries no comment text; the mail fetches it when it is sent.
"""

from collections.abc import Iterable, Mapping, Sequence

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Notification, User
from accounts.notifications import Notice, notify_many
from comments.models import Comment, Follow
from comments.threads import mute_token

REPLY, MENTION, FOLLOW = "reply", "mention", "follow"
BATCH = 500


def tell_of(comment: Comment, mentioned: Sequence[User]) -> None:
    """Tell whom a visible comment concerns; three queries, however many they are."""
    send(comment, concerned(comment, mentioned))


def tell_mentioned(comment: Comment, mentioned: Sequence[User]) -> None:
    """Tell those whom an edit mentions; whoever was told of the comment before stays as is.

    Others are left alone: a comment is not new to who began to follow after it was posted.
    """
    newly = {person.pk for person in mentioned}
    kinds = concerned(comment, mentioned) if newly else {}
    send(comment, {pk: kind for pk, kind in kinds.items() if pk in newly})


def send(comment: Comment, kinds: Mapping[int, str]) -> None:
    """Write the notices for those who can be reached."""
    people = reachable(comment, kinds)
    notify_many([notice_of(comment, person, kinds[person.pk]) for person in people])


def concerned(comment: Comment, mentioned: Sequence[User]) -> dict[int, str]:
    """Learner id -> the kind of notice; the strongest reason wins. Muted ones are out."""
    follows = dict(Follow.objects.filter(thread=comment.thread_id).values_list("learner", "state"))
    kinds = {pk: FOLLOW for pk, state in follows.items() if state == Follow.State.FOLLOWING}
    kinds |= {person.pk: MENTION for person in mentioned}
    answered = comment.parent.author_id if comment.parent else None
    if answered:
        kinds[answered] = REPLY
    kinds.pop(comment.author_id or 0, None)
    return {pk: kind for pk, kind in kinds.items() if follows.get(pk) != Follow.State.MUTED}


def reachable(comment: Comment, ids: Iterable[int]) -> list[User]:
    """Those of the learners who are active, have a verified address and may read the comment."""
    ids = list(ids)
    if not ids:
        return []
    verified = EmailAddress.objects.filter(verified=True).values("user")
    may_read = Q() if comment.thread.public else Q(is_staff=True)
    people = User.objects.filter(may_read, pk__in=ids, is_active=True)
    return list(people.filter(pk__in=verified))


def notice_of(comment: Comment, learner: User, kind: str, body: str = "") -> Notice:
    """The notice in the learner's language."""
    with override(learner.language):
        return Notice(
            learner=learner,
            key=key_of(comment),
            kind=kind,
            text=text_of(comment, kind, comment.author_name),
            url=comment.get_absolute_url(),
            body=body,
        )


def key_of(comment: Comment) -> str:
    """What makes a person be told of a comment once, whatever the reason."""
    return f"comment:{comment.pk}"


def text_of(comment: Comment, kind: str, name: str) -> str:
    """One line in the active language; `name` is that of the author."""
    texts = {
        REPLY: _("%(name)s replied to you in “%(page)s”"),
        MENTION: _("%(name)s mentioned you in “%(page)s”"),
        FOLLOW: _("%(name)s wrote in “%(page)s”"),
    }
    return texts[kind] % {"name": name, "page": comment.thread.title}


def take_back(comment: Comment) -> None:
    """Remove what nobody has read yet about a comment that is no longer visible.

    What was mailed stays, as read: its key keeps a second mail from going out when the comment
    is restored.
    """
    unread = Notification.objects.filter(key=key_of(comment), read_at=None)
    unread.filter(emailed_at=None).delete()
    unread.update(read_at=timezone.now(), mail_at=None)


def forget_name(author: User) -> None:
    """Take the author's name out of what others were told of the comments, before the account goes.

    Two queries for every BATCH comments, and one for every BATCH people told.
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
    """The author's comments with a higher number than this, in order, with their threads."""
    own = Comment.objects.filter(author=author, pk__gt=last)
    return own.select_related("thread").order_by("pk")


def recheck(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Right before mailing: the latest text, None when it must not be mailed (any more)."""
    comments = readable_now(notifications)
    muted = muted_now(notifications, comments.values())
    return {
        row.pk: mail_of(comments.get(row.key), row, muted) if row.key in comments else None
        for row in notifications
    }


def readable_now(notifications: Sequence[Notification]) -> dict[str, Comment]:
    """Notification key -> comment, for comments that everybody may read."""
    ids = [int(row.key.partition(":")[2]) for row in notifications]
    rows = Comment.objects.visible_to(None).filter(pk__in=ids).select_related("thread", "author")
    return {key_of(comment): comment for comment in rows}


def muted_now(
    notifications: Sequence[Notification], comments: Iterable[Comment]
) -> set[tuple[int, int]]:
    """(learner, thread) of everybody who does not want to hear of it any more."""
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
    """The notice with the comment's text and the mute link, None when it is void."""
    if comment is None or (row.learner_id, comment.thread_id) in muted:
        return None
    return notice_of(comment, row.learner, row.kind, body=mail_body(comment, row.learner))


def mail_body(comment: Comment, learner: User) -> str:
    """The comment as plain text, and the link that mutes its thread."""
    with override(learner.language):
        path = reverse("thread-mute", args=[mute_token(comment.thread_id, learner.pk)])
        mute = _("Hear nothing more of this conversation:")
    return f"{comment.plain}\n\n{mute} {settings.SITE_URL}{path}"
