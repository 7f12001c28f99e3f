"""Everything is accessible by keyboard, by touch and on the narrowest screen."""

import pytest

from tests.browser.gate import overflow
from tests.course.folders import write_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db(transaction=True)

LESSON = "/quests/demo/lesson-1/"
# 320 px is a desk's 1280 px at 400 %; the second is 200 %, as sharp as a browser's zoom.
ZOOMED = [
    {"viewport": {"width": 320, "height": 640}},
    {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
]
# Links within a sentence are as high as its line; everything else is for thumbs.
SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, summary, select")]
  .filter((each) => {
    const { width, height } = each.getBoundingClientRect();
    const inline = getComputedStyle(each).display === "inline";
    return width > 1 && height < 39.5 && !inline;
  })
  .map((each) => each.className + " " + each.textContent.trim().slice(0, 40))"""
# Whether a ring shows where the keyboard is, and whether the sticky header leaves it in sight.
FOCUSED = """() => {
  const each = document.activeElement;
  const { x, y, width, height } = each.getBoundingClientRect();
  // Of a text field the browser brings the line with the caret into view, not its middle.
  const middle = Math.min(y + height / 2, innerHeight - 1);
  const above = document.elementFromPoint(x + width / 2, middle);
  const { outlineStyle, outlineWidth } = getComputedStyle(each);
  return {
    name: `${each.className} ${each.textContent.trim().slice(0, 40)}`,
    outlined: outlineStyle === "solid" && parseFloat(outlineWidth) >= 2,
    uncovered: Boolean(above && (each.contains(above) || above.contains(each))),
  };
}"""


@pytest.fixture
def quest(transactional_db, tmp_path):
    """Two lessons in two languages."""
    import_once(write_quest(tmp_path / "demo"))


def test_the_menu_closes_on_escape_and_gives_the_focus_back(quest, open_as, learner):
    page = open_as(learner)
    page.goto("/en/")
    summary = page.locator("details.menu[data-theme-url] > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Settings").focus()
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert summary.evaluate("(each) => each === document.activeElement")


def test_the_menu_closes_when_the_focus_leaves_it(quest, open_as, learner):
    page = open_as(learner)
    page.goto("/en/")
    page.locator("details.menu[data-theme-url] > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Tab")
    assert page.locator("details.menu[open]").count() == 0


def test_the_first_tab_leads_past_the_header(quest, page):
    page.goto(LESSON)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_stop_of_the_tab_key_is_seen(quest, open_as, learner):
    page = open_as(learner)
    page.goto(f"/en{LESSON}")
    stops = []
    for _stop in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops.append(page.evaluate(FOCUSED))
    assert len(stops) > 20
    assert [stop["name"] for stop in stops if not (stop["outlined"] and stop["uncovered"])] == []


@pytest.mark.parametrize("screen", ZOOMED, ids=["400 %", "200 %"])
@pytest.mark.parametrize("path", ["/en/", "/en/quests/demo/", f"/en{LESSON}", "/en/achievements/"])
def test_a_magnified_page_does_not_scroll_sideways(quest, open_as, learner, path, screen):
    page = open_as(learner, **screen)
    page.goto(path)
    assert overflow(page) == []


@pytest.mark.parametrize("path", ["/en/", "/en/quests/demo/", f"/en{LESSON}", "/en/achievements/"])
def test_what_is_pressed_is_large_enough_for_a_thumb(quest, open_as, learner, path):
    page = open_as(learner, viewport={"width": 360, "height": 800})
    page.goto(path)
    assert page.evaluate(SMALL_TARGETS) == []


def test_a_chosen_theme_is_there_before_the_first_paint(quest, page):
    page.goto("/")
    page.get_by_role("button", name="테마").click()
    page.get_by_role("button", name="테마").click()
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          window.firstTheme = document.documentElement.dataset.theme;
        });"""
    )
    page.reload()
    assert page.evaluate("firstTheme") == "dark"


def test_another_language_is_the_same_page(quest, page):
    page.goto("/search/?q=demo")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/search/?q=demo")
