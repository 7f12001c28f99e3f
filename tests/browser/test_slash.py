""" "/" leads to the search field, unless somebody is typing."""

import pytest
from playwright.sync_api import expect

from tests.course.folders import write_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(open_as, transactional_db, tmp_path):
    """A visitor's page on a site with a lesson."""
    import_once(write_quest(tmp_path / "demo", lessons=1))
    return open_as(None)


def opened(page, address: str) -> None:
    """Open a page; its scripts have run."""
    page.goto(address)
    page.wait_for_load_state("load")


def test_it_goes_to_the_field_of_the_page(page):
    opened(page, "/search/?q=jax")
    page.locator("body").press("/")
    field = page.locator("#query")
    expect(field).to_be_focused()
    expect(field).to_have_value("jax")
    page.keyboard.type("a/b")  # selected by then, so that one types over it
    expect(field).to_have_value("a/b")


def test_it_leads_from_any_other_page_to_the_field(page):
    opened(page, "/quests/demo/lesson-1/")
    page.locator("body").press("/")
    page.wait_for_url("**/search/")
    expect(page.locator("#query")).to_be_focused()
    expect(page.locator("#query")).to_have_value("")


def test_with_another_key_it_is_the_browser_s(page):
    opened(page, "/search/?q=jax")
    page.locator("body").press("Control+/")
    expect(page.locator("#query")).not_to_be_focused()


def test_it_is_said_where_it_leads(page):
    opened(page, "/quests/demo/lesson-1/")
    link = page.locator("[data-search-page]")
    expect(link).to_have_attribute("aria-keyshortcuts", "/")
    expect(link).to_have_attribute("title", "검색: / 키")
