"""A page from the browser's back/forward cache, and a second tab, show what was done meanwhile."""

from shutil import which

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import FLAGS
from tests.browser.test_progress_journeys import opened, tick
from tests.browser.waiting import until
from tests.factories import make_quest

pytestmark = pytest.mark.django_db(transaction=True)
# The shell has no such cache.
WITH_CACHE = next(filter(None, map(which, ("chromium", "chromium-browser"))), None)
KEPT = "addEventListener('pageshow', (event) => { window.kept = event.persisted; });"


@pytest.fixture
def context(chromium, live_server, transactional_db):
    """A visitor's browser with the cache, which Playwright switches off by default."""
    if WITH_CACHE is None:
        pytest.skip("Chromium is not installed (apt install chromium)")
    make_quest(lessons=3, exercises=False)
    browser = chromium.browser_type.launch(
        executable_path=WITH_CACHE,
        args=[*FLAGS, "--headless=new"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    address = live_server.url.replace("127.0.0.1", "localhost")
    yield browser.new_context(base_url=address, locale="ko-KR")
    browser.close()


def test_back_on_the_quest_the_tick_and_the_way_on_are_there(context):
    page = context.new_page()
    page.add_init_script(KEPT)
    page.goto("/")
    # Whatever page a new service worker takes over is not kept.
    until(page, "Boolean(navigator.serviceWorker.controller)")
    page.goto("/quests/jax/")
    expect(page.locator("[data-resume]")).to_be_hidden()
    page.evaluate("location.assign('/quests/jax/jax-000/')")
    page.wait_for_url("**/jax-000/")
    page.wait_for_selector("html[data-progress='ready']")
    tick(page, 0)
    with page.expect_event("framenavigated"):
        page.evaluate("void setTimeout(() => history.back())")
    # Playwright's own waiting expects a load, and a kept page has none.
    until(page, "location.pathname === '/quests/jax/' && window.kept")
    until(page, "document.querySelector('[data-lesson-uid=jax-000][data-done]') !== null")
    until(page, "!document.querySelector('[data-resume]').hidden")


def test_a_second_tab_shows_the_bar_of_the_first(context):
    first, second = opened(context.new_page(), 0), opened(context.new_page(), 1)
    tick(first, 0)
    expect(first.locator("[data-field=lessons_done]").first).to_have_text("1")
    expect(second.locator("[data-field=lessons_done]").first).to_have_text("1")
