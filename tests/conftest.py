"""The people and switches that all tests share."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from accounts.models import User
from pagecache.changes import memory
from tools.messages import compile_catalog


def pytest_configure():
    """Compile the translations, so that a run without `make` sees the present ones."""
    compile_catalog()


def pytest_collection_modifyitems(config, items):
    """Leave to the other half of `make test` what only that one can, or need, run.

    Deselected, not skipped: a skipped test always means that something is missing.
    """
    other = "once" if runs_on_postgres() else "postgres"
    elsewhere = [item for item in items if item.get_closest_marker(other)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if not item.get_closest_marker(other)]


def runs_on_postgres() -> bool:
    """Whether this run's database is Postgres."""
    from django.conf import settings

    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


@pytest.fixture(autouse=True)
def _nothing_is_remembered_between_tests():
    memory.clear()
    cache.clear()
    translation.activate("ko")
    yield
    memory.clear()


@pytest.fixture(autouse=True)
def _the_look_for_changes_is_not_counted(request, settings):
    """It comes twice a second, so a slow machine would count a query that no page asked for."""
    if re.search(r"quer|cost", request.node.name):
        settings.PAGECACHE_POLL_SECONDS = 3600


def make_person(name: str, **fields) -> User:
    """An account whose password is its handle twice."""
    return User.objects.create_user(
        email=f"{name}@example.com", password=f"{name}-{name}", handle=name, **fields
    )


@pytest.fixture
def learner(db) -> User:
    """Minji, who learns."""
    return make_person("minji", display_name="민지")


@pytest.fixture
def other_learner(db) -> User:
    """Jun, who learns too."""
    return make_person("jun", display_name="준")


@pytest.fixture
def staff(db) -> User:
    """Sora, who writes lessons."""
    return make_person("sora", display_name="소라", is_staff=True, is_superuser=True)


@pytest.fixture
def moderator(db) -> User:
    """Haneul, who cleans up."""
    person = make_person("haneul", display_name="하늘", is_staff=True)
    person.groups.add(Group.objects.get_or_create(name="Moderator")[0])
    return person


def list_device(user: User, session_key: str | None) -> UserSession:
    """Put a session into the list of devices, as signing in through the pages does."""
    return UserSession.objects.create(
        user=user, session_key=session_key, ip="127.0.0.1", user_agent="A test"
    )


@pytest.fixture
def on_postgres() -> bool:
    """Whether this run is on Postgres."""
    return connection.vendor == "postgresql"
