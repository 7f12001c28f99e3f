"""Visitors see the numbers of their own log wherever members see theirs."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_achievement, make_levels, make_quest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quest(transactional_db):
    """Three lessons; achievements for one and for five, and a secret one for two."""
    make_levels(0, 30, 200)
    make_achievement("one", "lessons", n=1)
    make_achievement("five", "lessons", n=5)
    make_achievement("two", "lessons", n=2, hidden=True)
    return make_quest(lessons=3, exercises=False)[0]


@pytest.fixture
def visitor(quest, open_as):
    """A visitor who has completed two lessons."""
    page = open_as(None)
    for number in range(2):
        page.goto(f"/quests/jax/jax-00{number}/")
        page.wait_for_selector("html[data-progress='ready']")
        page.locator("[data-toggle]").click()
        lessons = page.locator("section.bar [data-field=lessons_done]")
        expect(lessons).to_have_text(str(number + 1))
    return page


def test_the_home_page_shows_the_bar_and_each_quest_s_lessons(visitor):
    visitor.goto("/en/")
    bar = visitor.locator("section.bar")
    expect(bar.locator("[data-field=xp]")).to_have_text("40")
    expect(bar.locator("[data-field=lessons_done]")).to_have_text("2")
    expect(bar.locator("[data-field=achievements_done]")).to_have_text("2")
    expect(visitor.locator("[data-quest-count=jax]")).to_contain_text("2 / 3")
    expect(visitor.locator("[data-resume]")).to_contain_text("jax-002")
    assert visitor.problems == []


def test_achievements_are_earned_or_on_their_way(visitor):
    visitor.goto("/en/achievements/")
    expect(visitor.locator("#achievement-one")).to_contain_text("Earned")
    expect(visitor.locator("#achievement-five")).to_contain_text("2 / 5")
    expect(visitor.locator(".award--secret")).to_have_count(0)
    expect(visitor.locator(".award--got")).to_have_count(2)
    expect(visitor.locator("main")).to_contain_text("Achievement two")
    expect(visitor.locator("[data-award-count]")).to_have_text("2 of 3")
    assert visitor.problems == []


def test_who_has_done_nothing_sees_no_empty_bar(quest, open_as):
    page = open_as(None)
    page.goto("/en/")
    expect(page.locator("section.bar")).to_be_hidden()
    expect(page.locator("[data-quest-count]")).to_be_hidden()
    page.goto("/en/achievements/")
    expect(page.locator(".award--secret")).to_have_count(1)
    expect(page.get_by_text("Earned", exact=True)).to_have_count(3)
    for each in page.get_by_text("Earned", exact=True).all():
        expect(each).to_be_hidden()
