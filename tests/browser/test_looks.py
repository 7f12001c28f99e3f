"""Layout at common screen sizes and in print."""

import pytest

from tests.browser.world import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

LESSON = "/quests/jax/grad/"
LISTS = ["accounts/user", "comments/comment", "comments/bugreport", "comments/auditentry"]
# How many signs stand on each line of the lesson's paragraphs, last lines left out.
SIGNS_IN_LINES = """() => [...document.querySelectorAll("[data-lesson-body] > p")]
  .filter((each) => !each.querySelector("math, code"))
  .flatMap((paragraph) => {
    const words = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT), lines = [];
    let bottom = null;
    for (let node = words.nextNode(); node; node = words.nextNode()) {
      for (let at = 0; at < node.length; at++) {
        const sign = document.createRange();
        sign.setStart(node, at);
        sign.setEnd(node, at + 1);
        const box = sign.getBoundingClientRect();
        if (bottom === null || box.bottom > bottom + 12) { lines.push(0); bottom = box.bottom; }
        lines[lines.length - 1] += 1;
      }
    }
    return lines.slice(0, -1);
  })"""
BAR_COLOUR = """() => [...document.querySelectorAll("meta[name=theme-color]")]
  .find((each) => matchMedia(each.media).matches).content"""


@pytest.fixture
def open_as(new_context, live_server):
    """`open_as(person or None, width)`: a page in a new browser where that person is signed in."""

    def make(person=None, width: int = 1280):
        context = new_context(viewport={"width": width, "height": 800})
        if person is not None:
            sign_in(context, person, live_server.url.replace("127.0.0.1", "localhost"))
        return context.new_page()

    return make


@pytest.mark.parametrize("width", [768, 1280, 1600])
@pytest.mark.parametrize(("prefix", "few", "many"), [("", 36, 46), ("/en", 65, 75)])
def test_a_line_of_a_lesson_is_as_long_as_the_eye_likes(world, open_as, width, prefix, few, many):
    page = open_as(width=width)
    page.goto(prefix + LESSON)
    lines = sorted(page.evaluate(SIGNS_IN_LINES))
    assert few <= lines[len(lines) // 2] <= many, lines


@pytest.mark.parametrize("width", [360, 768])
def test_the_settings_menu_is_one_line_that_shows_where_you_are(world, open_as, width):
    page = open_as(world.learner, width)
    page.goto("/en/settings/data/")
    heights = "new Set([...document.querySelectorAll('.settings__nav a')].map((a) => a.offsetTop))"
    assert page.evaluate(f"{heights}.size") == 1
    here = page.locator(".settings__nav [aria-current]").bounding_box()
    assert here["x"] >= 0
    assert here["x"] + here["width"] <= width


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_column_of_the_admins_lists_is_cut_off_on_a_laptop(world, open_as, prefix, path):
    page = open_as(world.staff, 1280)
    page.goto(f"{prefix}/admin/{path}/")
    hidden = "(each) => each.scrollWidth - each.clientWidth"
    assert page.locator(".results").evaluate(hidden) == 0


def test_the_browsers_bars_take_the_colour_of_the_chosen_theme(world, open_as):
    page = open_as()
    page.emulate_media(color_scheme="light")
    page.goto("/en/")
    light = page.evaluate(BAR_COLOUR)
    switch = page.get_by_role("button", name="Theme")
    switch.click()
    switch.click()
    page.get_by_role("button", name="Theme: dark").wait_for()
    dark = page.evaluate(BAR_COLOUR)
    assert dark != light
    page.reload()
    assert page.evaluate(BAR_COLOUR) == dark


def test_paper_has_the_lesson_in_dark_ink_and_nothing_to_press(world, open_as):
    page = open_as(world.learner)
    page.add_init_script("localStorage.setItem('theme', 'dark')")
    page.goto(LESSON)
    page.emulate_media(media="print")
    assert page.locator("button:visible, .button:visible, nav:visible a.pager-card").count() == 0
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(34, 38, 42)"
    pieces = page.locator("[data-lesson-body]")
    assert pieces.count() > 1
    assert pieces.filter(visible=True).count() == pieces.count()
    # Browsers set the rows of a grid that is longer than a sheet one over the other.
    grids = "(all) => all.filter((each) => getComputedStyle(each).display === 'grid').length"
    assert page.locator(".lesson, .lesson .stack").evaluate_all(grids) == 0
