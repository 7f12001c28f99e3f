"""Every page without a browser: status, privacy and number of queries."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.browser.world import PAGES, World, filled_site, sign_in
from tests.page_queries import QUERIES

pytestmark = pytest.mark.django_db
# What a process asks every half second, whoever comes (pagecache.changes).
POLL = 'FROM "pagecache_change"'


class Jar:
    """Takes a session's cookie for Django's test client, as a browser's context does."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def add_cookies(self, cookies: list[dict]) -> None:
        self.client.cookies[cookies[0]["name"]] = cookies[0]["value"]


@pytest.fixture
def world(db, settings) -> World:
    """A site with something on every page."""
    return filled_site(settings)


def name_of(answer) -> str:
    """The page's name among the addresses; what has no address is the 404 page."""
    return "404" if answer.status_code == 404 else answer.resolver_match.view_name


@pytest.mark.parametrize("role", PAGES)
def test_every_page_answers_privately_and_with_exactly_its_queries(world, role):
    client, person, wrong, costs = Client(), getattr(world, role, None), [], {}
    if person:
        sign_in(Jar(client), person, settings.SITE_URL)
    for path in PAGES[role](world):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        if answer.status_code >= 400 and path != "/nowhere/":
            wrong.append(f"{path}: status {answer.status_code}")
        if person and "no-store" not in answer.get("Cache-Control", ""):
            wrong.append(f"{path}: may be stored")
        cost = sum(POLL not in (each["sql"] or "") for each in queries)
        costs[name_of(answer)] = max(cost, costs.get(name_of(answer), 0))
    assert not wrong, "\n".join(wrong)
    assert costs == QUERIES[role]
