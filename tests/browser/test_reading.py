"""Reading a long lesson: current heading, back links, arrow keys, wide windows, phone menu."""

import pytest
from playwright.sync_api import expect

from course.models import LessonText
from tests.browser.test_authoring_journey import HIDE
from tests.factories import make_person, make_quest

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "[data-toc]:visible [aria-current]"
PAGE = "/quests/jax/jax-001/"


@pytest.fixture
def quest(transactional_db):
    """Three lessons; the second is long and has four headings and a wide sample."""
    quest, lessons = make_quest(lessons=3, exercises=False)
    words = "<p>" + "단어 " * 300 + "</p>"
    code = f"<pre class='code' tabindex='0'><code>{'x = 1; ' * 40}</code></pre>"
    html = "".join(f'<h2 id="h-{n}">제목 {n}</h2>{words}{code}' for n in range(4))
    LessonText.objects.filter(lesson=lessons[1]).update(body_html=html)
    return quest


def at(page, number: int) -> None:
    """Scroll until the heading is at the top of the window."""
    page.locator(f"#h-{number}").evaluate("each => each.scrollIntoView()")


def read_as_far_as(page, number: int) -> None:
    """Wait until the heading is marked as the current one."""
    page.locator(f"[data-toc] [href='#h-{number}'][aria-current]").first.wait_for(state="attached")


def leave(page) -> str:
    """Leave the page as another tab's click does; returns the form that the account gets."""
    with page.expect_response("**/progress/places/jax-001/") as sent:
        page.evaluate(HIDE, "hidden")
    assert sent.value.status == 204
    return sent.value.request.post_data


def test_the_headings_say_where_the_reader_is(quest, open_as):
    page = open_as(None, viewport={"width": 1280, "height": 800})
    page.goto(PAGE)
    for number in (2, 0, 3):
        at(page, number)
        expect(page.locator(HERE)).to_have_text(f"제목 {number}")
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(HERE)).to_have_count(0)


def test_whoever_stopped_in_the_middle_may_go_on_there(quest, open_as):
    page = open_as(None, viewport={"width": 360, "height": 700})
    page.goto(PAGE)
    at(page, 2)
    read_as_far_as(page, 2)
    page.goto("/")
    page.goto(PAGE)
    offer = page.locator("[data-come-back]")
    expect(offer).to_contain_text("제목 2")
    offer.get_by_role("link").click()
    expect(offer).to_be_hidden()
    expect(page.locator("#h-2")).to_be_in_viewport()
    at(page, 3)
    read_as_far_as(page, 3)
    page.goto("/")
    page.goto(PAGE)
    expect(page.locator("html.js")).to_have_count(1)
    expect(offer).to_be_hidden()
    assert page.problems == []


def test_a_member_goes_on_where_another_device_stopped(quest, open_as):
    minji = make_person("minji")
    phone = open_as(minji, viewport={"width": 360, "height": 700})
    with phone.expect_response("**/progress/places/jax-001/"):
        phone.goto(PAGE)
    at(phone, 2)
    read_as_far_as(phone, 2)
    assert leave(phone) == "place=h-2"
    phone.goto("/")
    desk = open_as(minji)
    desk.goto(PAGE)
    expect(desk.locator("[data-come-back]")).to_contain_text("제목 2")
    at(desk, 3)
    read_as_far_as(desk, 3)
    assert leave(desk) == "place="  # read to the end
    phone.goto(PAGE)
    phone.wait_for_load_state("networkidle")
    expect(phone.locator("[data-come-back]")).to_be_hidden()
    assert (phone.problems, desk.problems) == ([], [])


def test_arrow_keys_lead_to_the_lessons_before_and_after(quest, open_as):
    page = open_as(None)
    page.goto(PAGE)
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/jax-002/")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/jax-001/")


def test_arrow_keys_stay_where_they_are_needed(quest, open_as):
    page = open_as(None)
    page.goto(PAGE)
    page.locator("pre").first.focus()
    page.keyboard.press("ArrowRight")
    page.locator("h1").select_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_timeout(300)
    assert page.url.endswith(PAGE)


@pytest.mark.parametrize("width", [1280, 1600])
def test_code_is_wider_than_prose_where_there_is_room(quest, open_as, width):
    page = open_as(None, viewport={"width": width, "height": 800})
    page.goto(PAGE)
    prose = page.locator("[data-lesson-body] > p").first.bounding_box()
    code = page.locator("[data-lesson-body] > pre").first.bounding_box()
    assert code["width"] > prose["width"] + 100
    assert code["x"] == prose["x"]


def test_at_1600_the_headings_stand_beside_the_text(quest, open_as):
    page = open_as(None, viewport={"width": 1600, "height": 900})
    page.goto(PAGE)
    toc = page.locator(".toc--side").bounding_box()
    text = page.locator("#lesson-text").bounding_box()
    outline = page.locator(".lesson__outline").bounding_box()
    assert toc["x"] + toc["width"] <= text["x"]
    assert text["x"] + text["width"] <= outline["x"]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_has_everything_in_one_menu(quest, new_context, width, scripts):
    page = new_context(
        viewport={"width": width, "height": 640}, java_script_enabled=scripts
    ).new_page()
    page.goto("/en/")
    header = page.locator(".header__inner")
    assert header.evaluate("each => each.scrollWidth <= each.clientWidth") if scripts else True
    menu = page.locator(".site-menu")
    menu.locator("summary").click()
    for name in ("Stream", "Quests", "Tags", "Achievements", "Levels and XP", "한국어"):
        link = menu.get_by_role("link", name=name)
        expect(link).to_be_visible()
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_on_a_phone_a_quest_begins_with_its_lessons(quest, open_as):
    quest.texts.update(body_html="<p>여러 가지를 배워요</p>")
    page = open_as(None, viewport={"width": 360, "height": 700})
    page.goto("/quests/jax/")
    start, lessons, about = (
        page.locator(each).bounding_box()["y"]
        for each in ("[data-start]", "#lessons-title", "#learn-title")
    )
    assert start < lessons < about
