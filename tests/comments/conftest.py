"""Threads and the people who talk in them; their accounts are old and verified."""

import uuid
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.utils import timezone

from accounts.models import User
from comments import posting, threads
from comments.groups import ensure_moderators
from comments.models import Comment, Thread
from tests.conftest import make_person


def settle_in(person: User) -> User:
    """Make an account old, and verify its address."""
    person.date_joined = timezone.now() - timedelta(days=30)
    person.save()
    EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    return person


def person(name: str, **fields) -> User:
    """A settled learner."""
    return settle_in(make_person(name, **fields))


@pytest.fixture(autouse=True)
def _settled(request):
    for name in ("learner", "other_learner", "staff", "moderator"):
        if name in request.fixturenames:
            settle_in(request.getfixturevalue(name))
    if "moderator" in request.fixturenames:
        ensure_moderators(apps)


@pytest.fixture(autouse=True)
def _no_counters():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def thread(db) -> Thread:
    """The conversation of a public page."""
    return threads.open_thread(url="/quests/jax/arrays/", title="배열", public=True)


@pytest.fixture
def draft_thread(db) -> Thread:
    """The conversation of a page that only staff see."""
    return threads.open_thread(url="/quests/jax/secret/", title="비밀", public=False)


def speak(thread: Thread, author: User, body: str = "안녕하세요", **details) -> Comment:
    """Post a comment: `speak(thread, author, "text", parent=None)`."""
    details.setdefault("language", "ko")
    details.setdefault("token", str(uuid.uuid4()))
    return posting.post(thread=thread, author=author, body=body, **details)


@pytest.fixture
def say():
    """Posts a comment, see `speak`."""
    return speak


def fill(thread: Thread, author: User, roots: int, replies: int = 0) -> None:
    """Many comments at once, as posting would have left them."""
    rows, number = [], thread.last_number
    for _ in range(roots):
        number += 1
        root = number
        rows.append(row(thread, author, number, root, f"{number:08d}", 1, 0, replies))
        for reply in range(1, replies + 1):
            number += 1
            path = f"{root:08d}{number:08d}"
            rows.append(row(thread, author, number, root, path, 2, reply, 0))
    Comment.objects.bulk_create(rows, batch_size=500)
    thread.last_number = number
    thread.comment_count += len(rows)
    thread.save()


def row(thread, author, number, root, path, depth, reply, replies) -> Comment:
    """One stored comment without a parent; `fill` links nothing, pages don't need it."""
    return Comment(
        thread=thread,
        author=author,
        language="ko",
        body=f"글 {number}",
        html=f"<p>글 {number}</p>",
        number=number,
        root=root,
        path=path,
        depth=depth,
        reply_number=reply,
        replies_posted=replies,
        replies_shown=replies,
        live_replies=replies,
        shown=True,
        token=str(uuid.uuid4()),
    )
