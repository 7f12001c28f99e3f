"""Selected words of a lesson can be reported or quoted, by keyboard, too."""

import pytest
from playwright.sync_api import expect

from course.models import LessonText
from tests.factories import make_person, make_quest

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/en/quests/jax/jax-000/"


@pytest.fixture
def quest(transactional_db):
    """One lesson whose text is "본문"."""
    return make_quest(lessons=1)[0]


def select(page, selector: str = "#lesson-text p") -> None:
    """Select the words of the first paragraph; the buttons come."""
    page.goto(PAGE)
    page.wait_for_selector("html[data-progress='ready']")
    page.locator(selector).first.select_text()
    page.locator(".selection").wait_for()


def test_a_visitor_reports_what_is_selected(quest, open_as):
    page = open_as(None)
    select(page)
    expect(page.locator(".selection").get_by_role("button")).to_have_count(2)
    page.get_by_role("button", name="Report a fault").click()
    page.wait_for_url("**/report/**")
    expect(page.locator("main")).to_contain_text("본문")
    assert "quote=" in page.url
    assert page.problems == []


def test_a_member_quotes_by_keyboard_what_is_selected(quest, open_as):
    page = open_as(make_person("minji"))
    select(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add a note")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    body = page.locator("#comments textarea")
    expect(body).to_have_value("> 본문\n\n")
    expect(body).to_be_focused()
    expect(page.locator(".selection")).to_have_count(0)
    assert page.problems == []


def test_a_note_on_selected_words_leads_back_to_its_heading(quest, open_as):
    html = "<h2 id='h-1'>첫째</h2><p>하나</p><h2 id='h-2'>둘째</h2><p>둘</p>"
    LessonText.objects.update(body_html=html)
    page = open_as(make_person("minji"))
    page.goto(PAGE)
    page.wait_for_selector("html[data-progress='ready']")
    page.locator("#lesson-text p", has_text="하나").select_text()
    page.locator(".selection").wait_for()
    page.get_by_role("button", name="Add a note").click()
    area = page.locator("#note-new")
    expect(area).to_be_focused()
    expect(area).to_have_value("“하나”\n")
    area.fill("“하나” 다시 보기")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("[data-note-place] a")).to_have_attribute("href", "#h-1")
    page.locator("#note-new").fill("ohne Stelle")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("[data-note-place]:visible")).to_have_count(1)
    expect(page.locator("[data-save-state]")).to_have_attribute("data-kind", "saved")
    page.goto("/en/notes/")
    page.get_by_role("link", name="Go to the passage").click()
    page.wait_for_url(f"**{PAGE}#h-1")
    assert page.problems == []


def test_a_quote_comes_behind_what_is_written(quest, open_as):
    page = open_as(make_person("minji"))
    select(page)
    page.locator("#comments textarea").fill("Hello")
    page.locator("#lesson-text p").first.select_text()
    page.get_by_role("button", name="Quote").click()
    expect(page.locator("#comments textarea")).to_have_value("Hello\n\n> 본문\n\n")


def test_escape_and_another_click_close_it(quest, open_as):
    page = open_as(None)
    select(page)
    page.keyboard.press("Escape")
    expect(page.locator(".selection")).to_have_count(0)
    select(page)
    page.locator("h1").click()
    expect(page.locator(".selection")).to_have_count(0)


def test_other_words_of_the_page_offer_nothing(quest, open_as):
    page = open_as(None)
    page.goto(PAGE)
    page.wait_for_selector("html[data-progress='ready']")
    page.locator("h1").select_text()
    page.wait_for_timeout(500)
    expect(page.locator(".selection")).to_have_count(0)


def test_an_action_of_another_module_gets_the_words(quest, open_as):
    page = open_as(None)
    select(page)
    page.evaluate(
        """async () => {
          const { registerAction } = await import("/static/js/selection.js");
          registerAction("report", ({ text }) => { document.title = `note: ${text}`; });
        }"""
    )
    page.locator("h1").click()
    page.locator("#lesson-text p").first.select_text()
    page.get_by_role("button", name="Report a fault").click()
    expect(page).to_have_title("note: 본문")
