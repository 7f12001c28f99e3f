"""Tell learners things, each once."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Notification, User


@dataclass(frozen=True)
class Notice:
    """What one learner is to be told: `text` in the learner's language, `url` with its prefix."""

    learner: User
    key: str
    kind: str
    text: str
    url: str
    body: str = ""


def notify(notice: Notice) -> None:
    """Tell one learner; does nothing when (learner, key) was told before."""
    notify_many([notice])


def notify_many(notices: Sequence[Notice]) -> None:
    """Tell many learners with one query; what was told before stays as it is."""
    if not notices:
        return
    rows = [
        Notification(
            learner=notice.learner,
            key=notice.key,
            kind=notice.kind,
            text=notice.text[:300],
            url=notice.url,
            body=notice.body,
        )
        for notice in notices
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
