"""Create, follow and mute threads."""

from django.core import signing

from accounts.models import User
from comments.models import Follow, Thread

SALT = "comments.mute"


def open_thread(*, url: str, title: str, public: bool) -> Thread:
    """Create a thread for a page; `url` is the page's path without language prefix."""
    return Thread.objects.create(url=url, title=title, public=public)


def take_part(thread: Thread, learner: User) -> None:
    """Follow the thread because of a post, unless the learner chose otherwise before."""
    Follow.objects.bulk_create(
        [Follow(thread=thread, learner=learner, state=Follow.State.FOLLOWING)],
        ignore_conflicts=True,
    )


def choose(*, thread: Thread, learner: User, state: str) -> None:
    """Follow or mute a thread, replacing an earlier choice."""
    Follow.objects.update_or_create(thread=thread, learner=learner, defaults={"state": state})


def forget_choice(*, thread: Thread, learner: User) -> None:
    """Neither follow nor mute: notify only of replies and mentions."""
    Follow.objects.filter(thread=thread, learner=learner).delete()


def mute_token(thread_id: int, learner_id: int) -> str:
    """Return the signed part of a mail's mute link."""
    return signing.dumps([thread_id, learner_id], salt=SALT, compress=False)


def read_mute_token(token: str) -> tuple[int, int] | None:
    """Return (thread id, learner id) of a mute link, or None when the signature is invalid."""
    try:
        thread_id, learner_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return thread_id, learner_id
