"""Moderating a queue by keyboard, without leaving its list."""

import pytest

from comments.models import AuditEntry, BugReport, CannedReply, Comment
from tests.browser.waiting import until
from tests.factories import make_comment, make_person, make_report, settle

pytestmark = pytest.mark.django_db(transaction=True)
COMMENTS, REPORTS = "/admin/comments/comment/?queue=all", "/admin/comments/bugreport/"


@pytest.fixture
def desk(open_as, moderator):
    """A moderator's window."""
    page = open_as(moderator, viewport={"width": 1280, "height": 900})
    yield page
    assert page.problems == []


def done(page, number):
    until(page, lambda: page.locator("tr.desk-done").count() == number)


def test_comments_are_shown_hidden_and_brought_back_by_keys(desk, thread, learner):
    for number in range(4):
        make_comment(thread, learner, f"글 {number}")
    Comment.objects.filter(body="글 3").update(status="held")
    desk.goto(COMMENTS)
    desk.keyboard.press("j")
    desk.keyboard.press("s")
    done(desk, 1)
    assert Comment.objects.get(body="글 3").status == "visible"
    desk.keyboard.press("h")
    desk.wait_for_selector("dialog[open]")
    desk.keyboard.press("1")
    done(desk, 2)
    assert Comment.objects.get(body="글 2").status == "hidden"
    assert AuditEntry.objects.get(action="hide").reason == "광고"
    desk.keyboard.press("z")
    done(desk, 1)
    assert Comment.objects.get(body="글 2").status == "visible"
    assert desk.url.endswith("queue=all")


def test_several_are_hidden_at_once_with_a_reason_of_their_own(desk, thread, learner):
    for number in range(3):
        make_comment(thread, learner, f"글 {number}")
    desk.goto(COMMENTS)
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    desk.keyboard.press("h")
    desk.fill("dialog [name=reason]", "서로 베꼈어요")
    desk.keyboard.press("Control+Enter")
    done(desk, 2)
    assert Comment.objects.filter(status="hidden").count() == 2
    desk.keyboard.press("h")
    desk.click("dialog input[type=submit]")
    desk.wait_for_selector("dialog[open]")
    desk.keyboard.press("Escape")
    assert desk.locator("dialog[open]").count() == 0
    assert Comment.objects.filter(status="hidden").count() == 2


def test_a_report_is_answered_by_a_canned_reply_and_another_merged_by_search(desk, thread, learner):
    CannedReply.objects.create(title="고마워요", text="알려 주셔서 고마워요.", language="ko")
    first, second = make_report(thread, learner, "첫째 신고"), make_report(thread, learner, "둘째")
    desk.goto(REPORTS)
    desk.keyboard.press("j")
    desk.keyboard.press("m")
    desk.fill("dialog [name=q]", "첫째")
    desk.keyboard.press("Enter")
    desk.check(f"dialog [name=duplicate_of][value='{first.pk}']")
    desk.keyboard.press("Control+Enter")
    done(desk, 1)
    desk.keyboard.press("c")
    desk.wait_for_selector("dialog[open]")
    desk.keyboard.press("1")
    desk.keyboard.press("Enter")
    done(desk, 2)
    assert BugReport.objects.get(pk=second.pk).duplicate_of == first
    assert first.replies.get().text == "알려 주셔서 고마워요."


def test_a_queue_of_fifty_takes_a_key_or_two_each(desk, thread):
    writers = [settle(make_person(f"w{number}")) for number in range(10)]
    for number in range(50):
        make_comment(thread, writers[number % 10], f"줄 서서 기다리는 글 {number}")
    Comment.objects.update(status="held", held_for="words")
    desk.goto("/admin/comments/comment/?queue=held")
    keys = 1
    desk.keyboard.press("j")
    for number in range(50):
        desk.keyboard.press("h" if number % 5 == 0 else "s")
        keys += 1
        if number % 5 == 0:
            desk.wait_for_selector("dialog[open]")
            desk.keyboard.press("1")
            keys += 1
        done(desk, number + 1)
    assert keys == 61
    assert Comment.objects.filter(status="visible").count() == 40
    assert Comment.objects.filter(status="hidden").count() == 10


def test_twenty_reports_take_two_or_three_keys_each_and_a_search(desk, thread):
    CannedReply.objects.create(title="그대로", text="확인했지만 그대로 둘게요.", language="ko")
    reporters = [settle(make_person(f"r{number}")) for number in range(5)]
    first = make_report(thread, reporters[0], "표의 첫 줄")
    for number in range(19):
        make_report(thread, reporters[number % 5], f"신고 {number}")
    desk.goto(REPORTS)
    keys = []

    def press(key):
        keys.append(key)
        desk.keyboard.press(key)

    press("j")
    for number in range(20):
        act = "m" if number == 5 else "d" if number % 2 else "c"
        press(act)
        desk.wait_for_selector("dialog[open] [data-desk-form]")
        if act == "d":
            press("1")
        if act == "m":
            desk.keyboard.type("표의 첫")
            press("Enter")
            desk.wait_for_selector("dialog [type=radio]:checked")
        press("Enter")
        done(desk, number + 1)
    assert len(keys) == 1 + 20 * 2 + 9 + 1
    counts = [BugReport.objects.filter(status=each).count() for each in ("confirmed", "declined")]
    assert counts == [10, 9]
    assert BugReport.objects.filter(duplicate_of=first).count() == 1
