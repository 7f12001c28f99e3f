"""Open threads, follow and mute them."""

from django.core import signing

from accounts.models import User
from comments.models import Follow, Thread

SALT = "comments.mute"


def open_thread(*, url: str, title: str, public: bool) -> Thread:
    """A new thread for a page; `url` is the page's path without language prefix."""
    return Thread.objects.create(url=url, title=title, public=public)


def take_part(thread: Thread, learner: User) -> None:
    """Whoever takes part follows, unless they chose otherwise before."""
    Follow.objects.bulk_create(
        [Follow(thread=thread, learner=learner, state=Follow.State.FOLLOWING)],
        ignore_conflicts=True,
    )


def choose(*, thread: Thread, learner: User, state: str) -> None:
    """Follow or mute a thread, whatever was chosen before."""
    Follow.objects.update_or_create(thread=thread, learner=learner, defaults={"state": state})


def forget_choice(*, thread: Thread, learner: User) -> None:
    """Neither follow nor mute: only replies and mentions are told."""
    Follow.objects.filter(thread=thread, learner=learner).delete()


def mute_token(thread_id: int, learner_id: int) -> str:
    """The signed part of a mail's mute link."""
    return signing.dumps([thread_id, learner_id], salt=SALT, compress=False)


def read_mute_token(token: str) -> tuple[int, int] | None:
    """(thread id, learner id) of a mute link, None when it was not made by this site."""
    try:
        thread_id, learner_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return thread_id, learner_id
