"""Every page, asked without a browser: it answers, stays private, and costs few queries."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.browser.world import PAGES, World, fill_site, sign_in

pytestmark = pytest.mark.django_db
# At most so many queries once the page was asked before; a list's growth has tests of its own.
MOST_QUERIES = {"everyone": 3, "learner": 12, "staff": 12, "moderator": 12}
EXCEPTIONS = {
    "/u/minji/": 10,  # every section of a full profile
    "/preview/": 4,
}
LESSON = 7  # a member's lesson with an answer, comments and all


class Jar:
    """Takes a session's cookie for Django's test client, as a browser's context does."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def add_cookies(self, cookies: list[dict]) -> None:
        self.client.cookies[cookies[0]["name"]] = cookies[0]["value"]


@pytest.fixture
def world(db) -> World:
    """A site with something on every page."""
    return fill_site()


def most_queries(role: str, path: str) -> int:
    """How many queries a page may cost."""
    if role == "learner" and path.startswith("/quests/jax/"):
        return LESSON
    limits = [most for start, most in EXCEPTIONS.items() if path.startswith(start)]
    return max([MOST_QUERIES[role], *limits])


@pytest.mark.parametrize("role", PAGES)
def test_every_page_answers_privately_and_with_few_queries(world, role):
    client, person, wrong = Client(), getattr(world, role, None), []
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
        if len(queries) > most_queries(role, path):
            wrong.append(f"{path}: {len(queries)} queries")
    assert not wrong, "\n".join(wrong)
