"""Threads, and users with old, verified accounts."""

import pytest
from django.apps import apps

from comments.conversation import threads
from comments.groups import ensure_moderators
from comments.models import Thread
from tests.factories import make_comment, settle


@pytest.fixture(autouse=True)
def _settled(request):
    for name in ("learner", "other_learner", "staff", "moderator"):
        if name in request.fixturenames:
            settle(request.getfixturevalue(name))
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


@pytest.fixture
def say():
    """Posts a comment, see `make_comment`."""
    return make_comment
