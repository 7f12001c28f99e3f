"""User journeys through comments in Chromium."""

from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Notification
from comments.models import BugReport, Comment
from course.models import Lesson
from gamification.models import XPEntry
from tests.browser.conftest import sign_in
from tests.factories import fill_thread, make_settled


def path_of(thread):
    return reverse("thread", args=[thread.pk])


def test_a_reply_in_place_is_told_in_a_second_browser(open_as, thread, learner, other_learner, say):
    first = say(thread, learner, "질문이에요")
    page = open_as(other_learner)
    page.goto(path_of(thread))
    page.click(f"#comment-{first.pk} [data-reply]")
    form = page.locator(f"#comment-{first.pk} [data-comment-form]")
    form.locator("textarea").fill("**답**이에요")
    form.locator("[data-preview-button]").click()
    form.locator(".preview strong").wait_for()
    with page.expect_navigation():
        form.locator("textarea").press("Control+Enter")
    answer = Comment.objects.get(parent=first)
    assert page.url.endswith(f"#comment-{answer.pk}")
    told = open_as(learner)
    told.goto("/notifications/")
    assert "준" in told.inner_text("main")
    assert Notification.objects.get(learner=learner).kind == "reply"
    # The page of this thread is the lesson's, which this test has none of: a 404 is logged.
    assert [text for text in page.problems if "404" not in text] == []


def test_a_quote_starts_the_reply(open_as, thread, learner, other_learner, say):
    first = say(thread, learner, "첫 줄")
    page = open_as(other_learner)
    page.goto(path_of(thread))
    page.locator(f"#comment-{first.pk} [data-reply]").nth(1).click()
    body = page.locator(f"#comment-{first.pk} textarea")
    body.wait_for()
    assert body.input_value() == "> 첫 줄\n\n"


COMPOSE = """([selector, options]) => {
  const area = document.querySelector(selector);
  area.dispatchEvent(new CompositionEvent("compositionstart", {data: ""}));
  area.value = "한글을 쓰는 주";
  area.dispatchEvent(new InputEvent("input", {isComposing: true}));
  area.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true,
    cancelable: true, ...options}));
}"""


def test_enter_within_a_hangul_syllable_never_sends(open_as, thread, learner, say):
    page = open_as(learner)
    page.goto(path_of(thread))
    area = "[data-comment-form] textarea"
    for options in ({"isComposing": True}, {"keyCode": 229}, {}):
        page.evaluate(COMPOSE, [area, options])
    page.wait_for_timeout(300)
    assert not Comment.objects.exists()
    page.evaluate(
        "(s) => document.querySelector(s).dispatchEvent(new CompositionEvent('compositionend'))",
        area,
    )
    page.fill(area, "한글을 쓰는 중")
    with page.expect_navigation():
        page.press(area, "Control+Enter")
    assert Comment.objects.get().body == "한글을 쓰는 중"


def test_a_report_with_a_selection_goes_all_the_way(open_as, quest, learner, moderator):
    lesson = Lesson.objects.get(uid="demo-lesson-1")
    reader = open_as(learner)
    reader.goto(lesson.get_absolute_url())
    reader.locator(".prose p").first.select_text()
    with reader.expect_navigation():
        reader.click("[data-report-link]")
    assert reader.input_value("#quote") == "본문 1"
    reader.check("input[value=typo]")
    reader.fill("#body", "‘오타’가 있네요")
    with reader.expect_navigation():
        reader.click("#main button.button--primary")
    report = BugReport.objects.get()
    assert (report.quote, report.revision, report.language) == ("본문 1", 1, "ko")
    assert (report.thread, report.lesson_uid) == (lesson.thread, lesson.uid)

    desk = open_as(moderator)
    for act, fields in (("confirm", {}), ("fix", {"fixed_in": "3"})):
        desk.goto(reverse("admin:comments_bugreport_change", args=[report.pk]))
        with desk.expect_navigation():
            desk.keyboard.press("c" if act == "confirm" else "f")
        desk.fill("[name=reply]", f"{act}: 고마워요")
        for name, value in fields.items():
            desk.fill(f"[name={name}]", value)
        with desk.expect_navigation():
            desk.click("[data-desk-form] input[type=submit]")
    assert desk.problems == []

    reader.reload()
    assert "fix: 고마워요" in reader.inner_text("main")
    assert "버전 3에서 고쳤어요" in reader.inner_text("main")
    assert "25 XP" in reader.inner_text("main")
    assert XPEntry.objects.get(learner=learner).points == 25
    reader.goto("/notifications/")
    assert "보낸 제보를 버전 3에서 고쳤어요" in reader.inner_text("main")
    assert reader.problems == []


def test_three_flags_take_a_comment_out_of_sight(open_as, thread, learner, say):
    comment = say(thread, learner, "광고입니다")
    for number in range(3):
        page = open_as(make_settled(f"f{number}"))
        page.goto(path_of(thread))
        with page.expect_navigation():
            page.click(f"#comment-{comment.pk} a[href$='/flag/']")
        page.check("input[value=spam]")
        with page.expect_navigation():
            page.click("#main button.button--primary")
    anonymous = open_as(None)
    anonymous.goto(path_of(thread))
    assert "광고입니다" not in anonymous.inner_text("main")
    assert anonymous.problems == []


def test_a_burst_by_a_new_account_waits_for_a_moderator(open_as, thread, db):
    newcomer = make_settled("newbie")
    newcomer.date_joined = timezone.now()
    newcomer.save()
    page = open_as(newcomer)
    for number in range(5):
        page.goto(path_of(thread))
        page.fill("[data-comment-form] textarea", f"광고 {number}")
        with page.expect_navigation():
            page.click("[data-comment-form] button.button--primary")
    held = Comment.objects.filter(status="held", held_for="burst").count()
    assert held == 2


def test_more_comments_are_added_in_place_and_without_scripts_too(open_as, thread, learner, say):
    fill_thread(thread, learner, 25)
    page = open_as(None)
    page.goto(path_of(thread))
    page.click("[data-thread-more]")
    expect(page.locator(".comments > li")).to_have_count(25)
    plain = open_as(None, java_script_enabled=False)
    plain.goto(path_of(thread))
    plain.click("[data-thread-more]")
    assert plain.locator(".comments > li").count() == 5
    assert page.problems == []


def hold_parts(page):
    """Delay responses to scripts; returns the waiting routes."""
    waiting = []

    def hold(route):
        asked = "x-requested-with" in route.request.headers
        waiting.append(route) if asked else route.continue_()

    page.route("**/threads/**", hold)
    page.route("**/comments/**", hold)
    return waiting


def answer(page, waiting, number):
    """Release the responses, last requested first."""
    while len(waiting) < number:
        page.wait_for_timeout(20)
    for route in reversed(waiting):
        with page.expect_response(route.request.url):
            route.continue_()
        page.wait_for_timeout(50)
    waiting.clear()


def test_clicks_while_an_answer_is_awaited_count_once(open_as, thread, learner, say):
    fill_thread(thread, learner, 25)
    page = open_as(learner)
    page.goto(path_of(thread))
    waiting = hold_parts(page)
    comment = page.locator(".comment").first
    for number in range(2):
        comment.locator("[data-reply]").nth(number).click()
    answer(page, waiting, 2)
    expect(comment.locator("> [data-comment-form]")).to_have_count(1)
    page.locator("[data-thread-more]").dblclick()
    answer(page, waiting, 2)
    expect(page.locator(".comments > li")).to_have_count(25)
    assert page.problems == []


def test_of_two_orders_the_one_clicked_last_is_shown(open_as, thread, learner, say):
    fill_thread(thread, learner, 25)
    page = open_as(None)
    page.goto(path_of(thread))
    orders = page.locator("[data-thread-part]")
    waiting = hold_parts(page)
    first = page.locator(".comments > li").first.inner_text()
    for number in (1, 0):
        orders.nth(number).click()
    answer(page, waiting, 2)
    expect(orders.nth(0)).to_have_attribute("aria-current", "true")
    assert page.locator(".comments > li").first.inner_text() == first
    assert page.problems == []


def test_a_preview_without_a_session_leads_to_the_sign_in_page(open_as, thread, learner):
    page = open_as(learner)
    page.goto(path_of(thread))
    page.fill("[data-comment-form] textarea", "오래 쓴 글")
    Session.objects.all().delete()
    with page.expect_navigation():
        page.click("[data-preview-button]")
    assert "/login/" in page.url


def test_a_page_about_an_error_is_not_shown_as_a_preview(open_as, thread, learner):
    page = open_as(learner)
    page.goto(path_of(thread))
    page.fill("[data-comment-form] textarea", "**글**")
    page.evaluate("document.body.dataset.csrf = 'spoilt'")
    with page.expect_navigation():
        page.click("[data-preview-button]")
    assert page.locator(".preview strong").inner_text() == "글"


def test_without_scripts_one_can_reply_preview_and_delete(
    open_as, thread, learner, other_learner, say
):
    first = say(thread, other_learner, "질문")
    page = open_as(learner, java_script_enabled=False)
    page.goto(path_of(thread))
    page.click(f"#comment-{first.pk} a[href$='/reply/']")
    page.fill("textarea", "**답**")
    page.click("[name=preview]")
    assert page.locator(".preview strong").inner_text() == "답"
    page.click("#main button.button--primary")
    answer = Comment.objects.get(parent=first)
    page.goto(reverse("comment-delete", args=[answer.pk]))
    page.click("#main button.button--danger")
    answer.refresh_from_db()
    assert answer.status == "deleted"


def test_what_was_written_outlives_a_lost_session_and_goes_when_it_is_sent(
    open_as, live_server, quest, learner
):
    page, lesson = open_as(learner), "/quests/demo/lesson-1/"
    page.goto(lesson)
    area = "[data-comment-form] textarea"
    page.locator(area).press_sequentially("오래 쓴 글")
    Session.objects.all().delete()
    with page.expect_navigation():
        page.click("[data-comment-form] button.button--primary")
    assert "/login/" in page.url
    sign_in(page.context, learner, live_server.url.replace("127.0.0.1", "localhost"))
    page.goto(lesson)
    expect(page.locator(area)).to_have_value("오래 쓴 글")
    with page.expect_navigation():
        page.click("[data-comment-form] button.button--primary")
    assert Comment.objects.get().body == "오래 쓴 글"
    page.goto(lesson)
    assert page.input_value(area) == ""
