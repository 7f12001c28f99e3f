"""Completing a lesson in the browser: messages, awards and the next page."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from django.utils.dateformat import format as format_date
from playwright.sync_api import expect

from tests.browser.waiting import until
from tests.factories import make_achievement, make_levels, make_person, make_quest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quest(transactional_db):
    """Four lessons in two chapters, levels, and an achievement for the first lesson."""
    make_levels(0, 100, 200)
    make_achievement("first", "lessons", n=1, xp=10)
    return make_quest(lessons=4, chapters=2, exercises=False)[0]


def opened(page, number: int, prefix: str = ""):
    """The lesson's page, with its scripts at work."""
    page.goto(f"{prefix}/quests/jax/jax-{number:03d}/")
    page.wait_for_selector("html[data-progress='ready']")
    return page


def today(language: str, form: str) -> str:
    """Today in Seoul, in words."""
    with translation.override(language):
        return format_date(timezone.localdate(timezone=ZoneInfo("Asia/Seoul")), form)


@pytest.mark.parametrize("member", [False, True])
def test_done_looks_done_and_undone_does_not(quest, open_as, member):
    person = make_person("minji") if member else None
    page = opened(open_as(person), 0)
    page.locator("[data-toggle]").click()
    mark = page.locator("[data-done-mark]")
    expect(mark).to_contain_text(f"{today('ko', 'n월 j일')}에 마쳤어요")
    expect(page.locator("[data-open-mark]")).to_be_hidden()
    expect(page.locator("[data-save-state]")).to_have_attribute("data-kind", "saved")
    opened(page, 0, "/en")
    expect(mark).to_contain_text(f"completed {today('en', 'j F')}")
    expect(page.locator("#progress .done-state")).to_be_visible()
    page.get_by_role("button", name="Undo completion").click()
    expect(mark).to_be_hidden()
    expect(page.locator("#progress .done-state")).to_be_hidden()
    expect(page.get_by_role("button", name="Complete and next")).to_be_visible()
    assert page.problems == []


@pytest.mark.parametrize("member", [False, True])
def test_the_points_and_the_bar_are_shown_where_the_button_is(quest, open_as, member):
    page = opened(open_as(make_person("minji") if member else None), 0)
    page.locator("[data-toggle]").click()
    gain = page.locator("#progress [data-gain]")
    expect(gain).to_contain_text("+30 XP")  # the first lesson is an achievement, too
    expect(gain.locator("progress")).to_have_js_property("value", 30)
    box = gain.bounding_box()
    assert 0 < box["y"] < page.viewport_size["height"]
    page.locator("[data-toggle]").click()
    expect(gain).to_be_hidden()


@pytest.mark.parametrize("member", [False, True])
def test_complete_and_next_is_one_press_to_the_next_lesson(quest, open_as, member):
    page = opened(open_as(make_person("minji") if member else None), 0)
    page.locator("[data-onward]").click()
    page.wait_for_url("**/jax-001/")
    expect(page.locator("[data-gain]:visible")).to_contain_text("+30 XP")
    expect(page.locator("[data-lesson-uid=jax-000][data-done]")).to_have_count(1)
    page.locator("[data-onward]").click()
    page.wait_for_url("**/chapters/jax-ch0/")
    summary = page.locator("[data-chapter-summary]")
    expect(summary.locator("[data-count=done]")).to_have_text("2")
    expect(summary.locator("[data-count=xp]")).to_have_text("40")
    expect(summary.locator("[data-when-done]")).to_be_visible()
    page.get_by_role("link", name="jax-002").click()
    page.wait_for_url("**/jax-002/")
    assert page.problems == []


def test_the_next_page_sends_what_was_done_while_this_one_was_still_sending(quest, open_as):
    page = open_as(make_person("minji"))
    asked, held = [], []
    page.route("**/progress/sync/", lambda route: held.append(route))
    page.route("**/jax-001/", lambda route: asked.append(route))
    page.goto("/quests/jax/jax-000/")
    until(page, lambda: held)
    page.locator("[data-onward]").click(no_wait_after=True)
    until(page, lambda: asked)
    page.unroute("**/progress/sync/")
    with page.expect_response("**/progress/sync/"):
        held[0].continue_()
    asked[0].continue_()
    page.wait_for_url("**/jax-001/")
    expect(page.locator("[data-gain]:visible")).to_contain_text("+30 XP")


def test_a_card_leaves_by_itself_but_waits_for_whoever_reads_it(quest, open_as):
    page = open_as(None)
    page.clock.install()
    opened(page, 0).locator("[data-toggle]").click()
    card = page.locator("[data-moment]")
    expect(card).to_be_visible()
    card.get_by_role("button").focus()
    page.clock.run_for(60_000)
    expect(card).to_be_visible()
    page.locator("[data-toggle]").focus()
    page.clock.run_for(20_000)
    expect(card).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_card_never_covers_the_next_step(quest, open_as, width):
    page = opened(open_as(None, viewport={"width": width, "height": 700}), 0)
    step = page.locator("[data-next-step]:visible").first
    for block in ("start", "center", "end"):
        step.evaluate("(each, block) => each.scrollIntoView({ block })", block)
        if block == "start":
            page.locator("[data-toggle]").click()
            expect(page.locator("[data-moment]")).to_be_visible()
        page.wait_for_timeout(100)
        card = page.locator("[data-moment]").bounding_box()
        for each in page.locator("[data-next-step]:visible").all():
            box = each.bounding_box()
            apart = any(
                one[start] + one[size] <= other[start]
                for start, size in (("x", "width"), ("y", "height"))
                for one, other in ((box, card), (card, box))
            )
            assert apart, (block, box, card)
