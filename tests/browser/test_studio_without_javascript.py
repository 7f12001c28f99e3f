"""The studio and the desk of somebody without JavaScript: slower, but all of it."""

import pytest

from comments.models import Comment
from course.models import Lesson, LessonText
from tests.browser.test_authoring_journey import make_lesson
from tests.factories import make_comment, settle

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lesson_is_written_retired_and_led_on(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff, java_script_enabled=False)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    assert page.locator("[data-toolbar]").first.is_hidden()
    page.fill("#id_ko-body", "새 글이에요.")
    page.check("input[name=change][value=typo]")
    page.click("[data-save]")
    assert LessonText.objects.get(lesson=lesson, language="ko").body == "새 글이에요."
    page.goto(f"/admin/course/quest/{lesson.quest_id}/outline/?q=lesson-2")
    page.check("[name=chosen]")
    page.click("[name=many][value=retire]")
    assert Lesson.objects.get(status="retired").slug == "lesson-2"
    page.goto(f"/admin/course/lesson/{lesson.pk}/merge/?q=lesson-3")
    page.click("[name=into]")
    page.goto(lesson.get_absolute_url())
    assert page.url.endswith("/lesson-3/")


def test_a_comment_is_hidden_through_its_own_page(open_as, staff, moderator, learner):
    lesson = make_lesson(staff)
    comment = make_comment(lesson.thread, settle(learner))
    page = open_as(moderator, java_script_enabled=False)
    page.goto("/admin/comments/comment/?queue=all")
    page.click("[data-act=hide]")
    page.fill("[name=reason]", "광고")
    page.click("[data-desk-form] [type=submit]")
    assert Comment.objects.get(pk=comment.pk).status == "hidden"
    assert page.url.endswith("?queue=all")
