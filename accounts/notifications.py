"""Create notifications, once per learner and key."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Notification, User, after_mail_delay
from accounts.push.keys import is_on


@dataclass(frozen=True)
class Notice:
    """Contents of a notification: `text` in the learner's language, `url` with language prefix.

    `body` is quoted in the mail and `aside` is our own line below it. Notices of one `group`, which
    is about `title`, that wait at the same time make one mail.
    """

    learner: User
    key: str
    kind: str
    text: str
    url: str
    body: str = ""
    aside: str = ""
    group: str = ""
    title: str = ""


def notify(notice: Notice) -> None:
    """Notify one learner; does nothing when a notification with this key exists."""
    notify_many([notice])


def notify_many(notices: Sequence[Notice]) -> None:
    """Notify many learners with one query; existing notifications stay unchanged."""
    if not notices:
        return
    push_at = after_mail_delay() if is_on() else None
    rows = [
        Notification(
            learner=notice.learner,
            key=notice.key,
            kind=notice.kind,
            text=notice.text[:300],
            url=notice.url,
            body=notice.body,
            push_at=push_at,
        )
        for notice in notices
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
