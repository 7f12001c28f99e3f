"""Create, follow and mute threads."""

from django.core import signing

from accounts.models import User
from comments.models import Follow, Thread
from pagecache.changes import invalidate

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


def continue_in(*, thread: Thread, successor: Thread | None) -> None:
    """Lead from a page's conversation to that of the page that took its place, and back.

    Nobody's words are moved: links, numbers and choices stay as they are, and None undoes it.
    Conversations that led here lead on. Call inside a transaction.
    """
    keys = {thread.pk, thread.successor_id, successor.pk if successor else None} - {None}
    # All in the same order: two pages may take each other's place at once.
    rows = Thread.objects.locked_for_writing().filter(pk__in=filter(None, keys)).order_by("pk")
    by_id = {row.pk: row for row in rows}
    Thread.objects.filter(pk=thread.pk).update(successor=successor)
    if successor:
        Thread.objects.filter(successor=thread.pk).update(successor=successor)
    thread.successor = successor
    for row in by_id.values():
        list_earlier(row)
    invalidate(*(f"thread:{key}" for key in by_id))


def list_earlier(thread: Thread) -> None:
    """Store which conversations lead to this one, so that its page needs no query for them."""
    rows = Thread.objects.filter(successor=thread.pk, comment_count__gt=0).order_by("pk")
    found = [{"id": row.pk, "title": row.title, "titles": row.titles} for row in rows]
    Thread.objects.filter(pk=thread.pk).update(earlier_listed=found or None)


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
