"""The outline in a browser: search while typing, and many at once."""

import pytest

from course.models import Lesson
from tests.browser.test_authoring_journey import make_lesson

pytestmark = pytest.mark.django_db(transaction=True)


def test_lessons_are_found_ticked_in_a_row_and_retired(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff, viewport={"width": 1280, "height": 900})
    page.goto(f"/admin/course/quest/{lesson.quest_id}/outline/")
    rows = page.locator("[data-lesson-row]:visible")
    assert rows.count() == 8
    page.fill("[data-find-lessons]", "lesson 3")
    assert rows.count() == 1
    page.fill("[data-find-lessons]", "")
    assert rows.count() == 8
    boxes = page.locator("[data-chosen]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    assert page.inner_text("[data-chosen-count]") == "(4)"
    page.click("[name=many][value=retire]")
    page.wait_for_selector(".messagelist .success")
    assert Lesson.objects.filter(status="retired").count() == 4
    page.select_option("#outline-status", "retired")
    page.click(".outline__search button")
    page.wait_for_url("**status=retired**")
    assert rows.count() == 4
    page.click("[data-choose-all]")
    page.click("[name=many][value=publish]")
    page.wait_for_selector(".messagelist .success")
    assert not Lesson.objects.filter(status="retired").exists()
    assert page.problems == []


def test_a_lesson_is_retired_in_favour_of_another_that_was_searched(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    page.click("a[href$='/merge/']")
    page.fill("#merge-q", "lesson 4")
    page.keyboard.press("Enter")
    page.click("button[name=into] >> nth=0")
    page.wait_for_selector(".messagelist .success")
    page.goto(lesson.get_absolute_url())
    assert page.url.endswith("/lesson-4/")
    assert page.problems == []
