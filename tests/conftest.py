"""Users and options shared by all tests."""

import gc
import os
import re
from time import time

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test import utils as django_test
from django.test.signals import template_rendered
from django.utils import translation

from accounts.models import User
from accounts.ratelimit import own_counts
from pagecache.changes import memory
from tests import database
from tests.factories import make_person


def render_and_tell(template, context):
    """Render a template; tell the test client of each page's context, not of those of its parts.

    The client copies each context that it is told of, and a page includes dozens of parts.
    """
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


django_test.instrumented_test_render = render_and_tell  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test is left out where something is missing; it fails where all are required."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REQUIRE_ALL_TESTS"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was left out, and all tests are required: {call.excinfo}"
    return report


def pytest_collection_finish():
    """Look for garbage less often, and never among what lives until the end: modules and tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(config, items):
    """Leave to the other half of `make test` what only that one can, or need, run.

    Deselected, not skipped: a skipped test always means that something is missing. A mere listing
    has what any half runs.
    """
    if config.option.collectonly:
        return
    half = "Postgres" if runs_on_postgres() else "SQLite"
    elsewhere = [item for item in items if half not in halves_of(item)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if half in halves_of(item)]


def halves_of(item) -> set[str]:
    """The databases that a test is run on."""
    if item.get_closest_marker("postgres"):
        return {"Postgres"}
    if item.get_closest_marker("once") or not asks_for_a_database(item):
        return {"SQLite"}
    return {"SQLite", "Postgres"}


def asks_for_a_database(item) -> bool:
    """Whether a test may use the database; pytest-django refuses every query of the others."""
    fixtures = {"db", "transactional_db", "django_db_setup", "live_server"}
    return bool(item.get_closest_marker("django_db") or fixtures & set(item.fixturenames))


def runs_on_postgres() -> bool:
    """Whether this run's database is Postgres."""
    from django.conf import settings

    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """The database of the run: pytest-django would migrate anew in each."""
    with django_db_blocker.unblock(), database.begin():
        yield


@pytest.fixture(autouse=True)
def _nothing_is_remembered_between_tests():
    memory.clear()
    cache.clear()
    own_counts.clear()
    translation.activate("ko")
    yield
    memory.clear()


@pytest.fixture(autouse=True)
def _a_test_is_within_one_window_of_the_rate_limits(monkeypatch):
    """The counts begin anew with each window, so a test on the edge of two would count too few."""
    started = time()
    monkeypatch.setattr("accounts.ratelimit.time", lambda: started)


@pytest.fixture(autouse=True)
def _the_look_for_changes_is_not_counted(request, settings):
    """It comes twice a second, so a slow machine would count a query that no page asked for."""
    if re.search(r"quer|cost", request.node.name):
        settings.PAGECACHE_POLL_SECONDS = 3600


@pytest.fixture
def learner(db) -> User:
    """Minji, a learner."""
    return make_person("minji", display_name="민지")


@pytest.fixture
def other_learner(db) -> User:
    """Jun, another learner."""
    return make_person("jun", display_name="준")


@pytest.fixture
def staff(db) -> User:
    """Sora, who writes lessons."""
    return make_person("sora", display_name="소라", is_staff=True, is_superuser=True)


@pytest.fixture
def moderator(db) -> User:
    """Haneul, a moderator."""
    person = make_person("haneul", display_name="하늘", is_staff=True)
    person.groups.add(Group.objects.get_or_create(name="Moderator")[0])
    return person


@pytest.fixture
def on_postgres() -> bool:
    """Whether this run is on Postgres."""
    return connection.vendor == "postgresql"
