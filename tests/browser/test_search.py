"""The search field suggests lessons while somebody types; without scripts it is a form."""

import pytest
from playwright.sync_api import expect

from tests.course.folders import write_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db(transaction=True)
OPTIONS = "[role=option]"
TRACEBACK = 'Traceback:\n  File "a.py", line 3\nTypeError: got (3,)'
PASTE = """(input, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
}"""


@pytest.fixture
def page(open_as, transactional_db, tmp_path):
    """The search page, with scripts, on a site with three lessons."""
    import_once(write_quest(tmp_path / "demo", lessons=3))
    page = open_as(None)
    with page.expect_response("**/suggest*.js"):
        page.goto("/search/")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")
    return page


def type_in(page, words: str) -> None:
    """Write a query and wait for its suggestions; at once, so that no second answer follows."""
    page.get_by_role("combobox").fill(words)
    expect(page.locator(OPTIONS).first).to_be_visible()


def test_the_code_comes_with_the_first_focus(open_as, transactional_db):
    page = open_as(None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/search/?q=jax")
    page.wait_for_load_state("networkidle")
    assert not any("/suggest" in url for url in asked)
    with page.expect_response("**/suggest*.js"):
        page.locator("#query").focus()


def test_arrows_choose_and_enter_goes_to_the_lesson(page):
    type_in(page, "제목")
    field = page.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    field.press("Enter")
    page.wait_for_url("**/quests/demo/lesson-*/")


def test_without_a_choice_enter_sends_the_form(page):
    type_in(page, "제목")
    page.get_by_role("combobox").press("Enter")
    page.wait_for_url("**/search/?q=*")


def test_escape_closes_the_list_and_keeps_the_words(page):
    type_in(page, "제목")
    page.get_by_role("combobox").press("Escape")
    expect(page.locator("#query-list")).to_be_hidden()
    expect(page.locator("#query")).to_have_value("제목")


def test_a_click_goes_to_the_lesson(page):
    type_in(page, "제목 2")
    page.locator(OPTIONS).first.click()
    page.wait_for_url("**/quests/demo/lesson-2/")


def test_leaving_the_field_closes_the_list(page):
    type_in(page, "제목")
    page.keyboard.press("Tab")
    expect(page.locator("#query-list")).to_be_hidden()


def test_the_lines_of_a_pasted_traceback_stay_apart(page):
    page.locator("#query").evaluate(PASTE, TRACEBACK)
    words = 'Traceback: File "a.py", line 3 TypeError: got (3,)'
    expect(page.locator("#query")).to_have_value(words)
