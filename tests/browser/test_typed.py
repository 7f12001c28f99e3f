"""What is typed into any form is never lost: errors, sessions that end, back, languages."""

from secrets import token_hex

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from comments.models import Comment
from comments.reports import Fault, file
from tests.browser.conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "여기에 쓰던 내용을 다시 가져왔어요."


def new_token(page):
    """What a sign-in in another tab does to this one."""
    cookies = [each for each in page.context.cookies() if "csrf" in each["name"]]
    page.context.add_cookies([{**each, "value": token_hex(16)} for each in cookies])


def test_every_form_gets_its_text_back_after_an_expired_token(world, open_as):
    page = open_as(world.learner)
    forms = {
        f"/comments/{world.comment.pk}/edit/": "#body",
        f"/comments/{world.answer.pk}/flag/": "#note",
        f"/report/?thread={world.lesson.thread.pk}": "#body",
        "/settings/profile/": "#id_display_name",
        f"/threads/{world.lesson.thread.pk}/write/": "[data-comment-body]",
    }
    for path, field in forms.items():
        page.goto(path)
        page.fill(field, f"쓰던 글 {field}")
        for radio in page.locator(f"#main form:has({field}) input[type=radio]").all()[:1]:
            radio.check()
        new_token(page)
        page.locator(f"#main form:has({field}) button[type=submit]").first.click()
        page.wait_for_selector("[data-typed-failed]:visible")
        assert f"쓰던 글 {field}" in page.input_value("[data-typed-failed] textarea")
        page.click("[data-typed-failed] a")
        expect(page.locator(field)).to_have_value(f"쓰던 글 {field}")
        assert BACK in page.inner_text("#main")


def test_a_text_waits_for_its_reader_to_sign_in_again_and_for_nobody_else(
    world, open_as, live_server
):
    base = live_server.url.replace("127.0.0.1", "localhost")
    path = f"/comments/{world.comment.pk}/edit/"
    page = open_as(world.learner)
    page.goto(path)
    page.fill("#body", "고치던 글")
    Session.objects.all().delete()
    page.click("#main button[type=submit]")
    page.wait_for_url("**/accounts/login/**")
    sign_in(page.context, world.other, base)
    page.goto(f"/threads/{world.lesson.thread.pk}/write/")
    assert "고치던 글" not in page.content()
    sign_in(page.context, world.learner, base)
    page.goto(path)
    expect(page.locator("#body")).to_have_value("고치던 글")
    with page.expect_navigation():
        page.click("#main button[type=submit]")
    world.comment.refresh_from_db()
    assert world.comment.body == "고치던 글"
    page.goto(path)
    assert BACK not in page.inner_text("#main")


def test_a_comment_is_forgotten_once_it_stands_and_follows_the_language_before(world, open_as):
    page = open_as(world.learner)
    lesson = world.lesson.get_absolute_url()
    body = "#comments [data-comment-body]"
    page.goto(lesson)
    page.fill(body, "쓰던 댓글")
    page.goto(f"/en{lesson}")
    expect(page.locator(body)).to_have_value("쓰던 댓글")
    with page.expect_navigation():
        page.click("#comments [data-comment-form] button[type=submit]")
    assert Comment.objects.filter(body="쓰던 댓글").count() == 1
    page.goto(lesson)
    page.wait_for_load_state("networkidle")
    assert page.input_value(body) == ""


def test_a_text_on_top_of_another_is_shown_on_demand_only(world, open_as):
    path = f"/comments/{world.comment.pk}/edit/"
    page = open_as(world.learner)
    page.goto(path)
    page.fill("#body", "고치던 글")
    Comment.objects.filter(pk=world.comment.pk).update(body="다른 탭에서 고친 글")
    page.goto(path)
    assert page.input_value("#body") == "다른 탭에서 고친 글"
    page.click(".typed-note button >> nth=0")
    assert page.input_value("#body") == "고치던 글"


def test_a_pasted_text_is_not_cut_but_counted_and_refused(world, open_as):
    page = open_as(world.learner)
    page.goto(f"/threads/{world.lesson.thread.pk}/write/")
    page.wait_for_load_state("networkidle")
    page.locator("[data-comment-body]").focus()
    page.keyboard.insert_text("가" * 6300)
    assert len(page.input_value("[data-comment-body]")) == 6300
    assert page.inner_text(".typed-count") == "6,300 / 4,000"
    with page.expect_navigation():
        page.click("[data-comment-form] button[type=submit]")
    assert "4000" in page.inner_text("[data-comment-form] .field__error[role=alert]")
    assert len(page.input_value("[data-comment-body]")) == 6300


def test_signing_out_leaves_nothing_in_the_tab(world, open_as):
    page = open_as(world.learner)
    page.goto(f"/threads/{world.lesson.thread.pk}/write/")
    page.wait_for_load_state("networkidle")
    page.fill("[data-comment-body]", "비밀 초안")
    typed = "Object.keys(sessionStorage).filter((key) => key.startsWith('typed|'))"
    assert page.evaluate(typed)
    page.goto("/accounts/logout/")
    page.click("#main form[action$='/logout/'] button")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    assert page.evaluate(typed) == []


def test_a_moderators_reply_survives_an_expired_token(world, open_as):
    fault = Fault(
        category="typo", body="다른 오타예요", quote="", lesson_uid=world.lesson.uid, revision=1
    )
    report = file(thread=world.lesson.thread, reporter=None, fault=fault, form_token="t")
    page = open_as(world.moderator)
    page.goto(f"/admin/comments/bugreport/act/confirm/?ids={report.pk}")
    page.fill("[name=reply]", "고마워요, 고칠게요")
    new_token(page)
    page.click("[data-desk-form] input[type=submit]")
    page.click("[data-typed-failed] a")
    expect(page.locator("[name=reply]")).to_have_value("고마워요, 고칠게요")
