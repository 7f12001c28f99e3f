"""A reader of another language is offered the page in it once, and led nowhere by itself."""

import pytest

from tests.factories import make_quest

pytestmark = pytest.mark.django_db(transaction=True)
OFFER = ".language-offer"


@pytest.fixture
def reader(new_context, transactional_db):
    """Opens a page in a browser of its own that prefers these languages."""
    make_quest(lessons=1)

    def open_as(locale, path="/"):
        page = new_context(locale=locale).new_page()
        go(page, path)
        return page

    return open_as


def go(page, path):
    """Open a page and wait until its scripts had their say."""
    page.goto(path)
    page.wait_for_load_state("networkidle")


def test_an_english_browser_is_offered_english_and_stays_where_it_is(reader):
    page = reader("en-US")
    assert page.locator("html[lang=ko]").count() == 1
    page.get_by_role("link", name="Read this site in English").click()
    page.wait_for_url("**/en/")
    page.wait_for_load_state("networkidle")
    assert not page.locator(OFFER).is_visible()


def test_a_korean_browser_is_offered_korean_on_an_english_page(reader):
    page = reader("ko-KR", "/en/quests/jax/")
    page.locator(OFFER).get_by_role("link", name="한국어로 읽기").click()
    page.wait_for_url("**/quests/jax/")
    assert page.locator("html[lang=ko]").count() == 1


@pytest.mark.parametrize(("locale", "path"), [("ko-KR", "/"), ("en-GB", "/en/")])
def test_who_reads_their_language_is_offered_nothing(reader, locale, path):
    assert not reader(locale, path).locator(OFFER).is_visible()


def test_a_browser_of_a_third_language_is_offered_english_alone(reader):
    page = reader("de-DE")
    assert page.locator(OFFER).is_visible()
    go(page, "/en/")
    assert not page.locator(OFFER).is_visible()


def test_who_declines_is_asked_no_more(reader):
    page = reader("en-US")
    page.get_by_role("button", name="No, thanks").click()
    assert not page.locator(OFFER).is_visible()
    assert page.evaluate("document.activeElement.id") == "main"
    for path in ("/", "/quests/jax/", "/en/"):
        go(page, path)
        assert not page.locator(OFFER).is_visible()


def test_the_language_chosen_in_the_header_is_remembered(reader):
    page = reader("ko-KR")
    page.locator(".header__tools > a[hreflang=en]").click()
    page.wait_for_url("**/en/")
    page.wait_for_load_state("networkidle")
    assert not page.locator(OFFER).is_visible()
    go(page, "/")
    assert page.locator(OFFER).get_by_role("link").inner_text() == "Read this site in English"


def test_where_storage_is_refused_nothing_is_offered_and_nothing_fails(new_context, db):
    context = new_context(locale="en-US")
    context.add_init_script("""Object.defineProperty(window, "localStorage",
      { get() { throw new DOMException("no", "SecurityError"); } })""")
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    go(page, "/")
    assert not page.locator(OFFER).is_visible()
    assert faults == []
