"""Moving progress by file, into an account and between devices, and offline pages."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from course.models import (
    Cancellation,
    Clock,
    Completion,
    ExerciseAnswer,
    Operation,
    SetAsideAnswer,
)
from course.progress.marking import complete
from gamification.models import Standing
from tests.browser.test_progress_journeys import (
    lessons_of,
    opened,
    saved,
    sign_in,
    stored,
    tick,
    tick_elsewhere,
    toggle,
)
from tests.browser.waiting import until
from tests.factories import make_person, make_quest

pytestmark = pytest.mark.django_db(transaction=True)
NO_STORAGE = (
    "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') }"
)
TICKED = "[data-lesson-uid][data-done]"


@pytest.fixture
def quest(transactional_db):
    """A quest with four lessons that have exercises."""
    return make_quest(lessons=4)[0]


def test_a_file_takes_progress_to_another_browser_and_adds_it_once(quest, new_context, tmp_path):
    page = new_context().new_page()
    tick(opened(page, 0), 0)
    tick_elsewhere(page, [1])
    page.locator("[data-answer] textarea").fill("이 브라우저의 답")
    until(page, "localStorage['lp1|anon|answer|jax-000']?.includes('이 브라우저의 답')")
    page.get_by_role("link", name="파일로 저장").first.click()
    page.wait_for_selector("html[data-progress='ready']")
    with page.expect_download() as download:
        page.locator("[data-export]").click()
    assert re.fullmatch(
        r"localhost-progress-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename
    )
    file = tmp_path / "progress.json"
    download.value.save_as(file)

    other = new_context().new_page()
    tick(opened(other, 2), 2)
    for added in ("3개", "새로 더할"):
        other.goto("/progress/")
        other.wait_for_selector("html[data-progress='ready']")
        other.locator("[data-import]").set_input_files(file)
        expect(other.locator("[data-import-result]")).to_contain_text(added)
    expect(opened(other, 3).locator(TICKED)).to_have_count(3)
    answer = opened(other, 0).locator("[data-answer] textarea")
    expect(answer).to_have_value("이 브라우저의 답")


@pytest.fixture
def asked(quest, new_context):
    """A browser in which Minji was signed in before, somebody ticked a lesson, and Jun signs in."""
    context = new_context()
    minji, jun = make_person("minji"), make_person("jun")
    sign_in(context, minji)
    page = context.new_page()
    saved(opened(page, 0))
    context.clear_cookies()
    tick(opened(page, 1), 1)
    sign_in(context, jun)
    opened(page, 2)
    expect(page.locator("[data-claim=ask]")).to_be_visible()
    return page, minji, jun


def test_asked_whose_lessons_these_are_add_puts_them_into_the_account(asked):
    page, minji, jun = asked
    page.locator("[data-claim=add]").click()
    expect(page.locator("[data-claim=done]")).to_contain_text("1")
    expect(page.locator(TICKED)).to_have_count(1)
    saved(page)
    assert (lessons_of(minji), lessons_of(jun)) == (set(), {"jax-001"})


def really_delete(page):
    page.locator("[data-claim=delete]").click()
    page.locator("[data-claim=really]").click()
    expect(page.locator("[data-claim=deleted]")).to_be_visible()


def test_deleting_is_asked_once_more_and_can_be_undone(asked):
    page, _minji, _jun = asked
    held = "Object.keys(localStorage).filter((key) => key.startsWith('lp1|anon|op|')).length"
    count = page.evaluate(held)
    assert count
    page.locator("[data-claim=delete]").click()
    page.locator("[data-claim=back]").click()
    expect(page.locator("[data-claim=ask]")).to_be_visible()
    assert page.evaluate(held) == count
    really_delete(page)
    assert page.evaluate(held) == 0
    page.locator("[data-claim=restore]").click()
    expect(page.locator("[data-claim=ask]")).to_be_visible()
    assert page.evaluate(held) == count


def test_asked_whose_lessons_these_are_delete_forgets_them(asked):
    page, _minji, _jun = asked
    really_delete(page)
    page.context.clear_cookies()
    expect(opened(page, 3).locator(TICKED)).to_have_count(0)
    assert not Operation.objects.exists()


def test_asked_whose_lessons_these_are_apart_keeps_them_and_asks_no_more(asked):
    page, _minji, _jun = asked
    page.locator("[data-claim=apart]").click()
    saved(opened(page, 3))
    expect(page.locator("[data-claim-box]")).to_be_hidden()
    page.context.clear_cookies()
    expect(opened(page, 3).locator(TICKED)).to_have_count(1)
    assert not Operation.objects.exists()


def focused(page) -> str:
    """Return the text of the focused element."""
    return page.evaluate("document.activeElement.id || document.activeElement.textContent")


def test_the_question_is_said_and_its_answer_keeps_the_focus(asked):
    page, _minji, _jun = asked
    expect(page.locator("[data-announcer]")).to_contain_text("레슨 1개가 있어요")
    expect(page.locator("[data-announcer]")).to_contain_text("내 기록이 맞나요?")
    page.locator("[data-claim=add]").press("Enter")
    expect(page.locator("[data-claim=ask]")).to_be_hidden()
    assert focused(page) == "레슨 1개를 계정에 더했어요"
    page.locator("[data-claim=undo]").press("Enter")
    expect(page.locator("[data-claim-box]")).to_be_hidden()
    assert focused(page) == "main"


def test_an_exercise_alone_is_not_called_no_lessons(quest, new_context):
    context = new_context()
    page = context.new_page()
    opened(page, 0).locator("[data-target='jax-000#exercise'] [data-toggle]").click()
    person = make_person("minji")
    sign_in(context, person)
    opened(page, 1)
    words = "마친 연습 문제를 계정에 더했어요"
    expect(page.locator("[data-claim=done] p")).to_have_text(words)
    expect(page.locator("[data-announcer]")).to_contain_text(words)
    page.locator("[data-claim=undo]").press("Enter")
    assert focused(page) == "main"


def asked_again(page, jun):
    """Jun kept the first lesson apart; nobody ticked a second one, and Jun comes back."""
    page.locator("[data-claim=apart]").press("Enter")
    assert focused(page) == "main"
    page.context.clear_cookies()
    tick(opened(page, 2), 2)
    sign_in(page.context, jun)
    opened(page, 3)
    expect(page.locator("[data-claim=ask] [data-claim-count]")).to_contain_text("레슨 1개")


def test_what_was_kept_apart_stays_apart_when_later_lessons_are_added(asked):
    page, _minji, jun = asked
    asked_again(page, jun)
    page.locator("[data-claim=add]").click()
    saved(page)
    assert lessons_of(jun) == {"jax-002"}
    page.context.clear_cookies()
    expect(opened(page, 3).locator(TICKED)).to_have_attribute("data-lesson-uid", "jax-001")


def test_what_was_kept_apart_is_not_deleted_with_later_lessons(asked):
    page, _minji, jun = asked
    asked_again(page, jun)
    really_delete(page)
    page.context.clear_cookies()
    expect(opened(page, 3).locator(TICKED)).to_have_attribute("data-lesson-uid", "jax-001")


def test_taking_back_what_was_kept_apart_stays_apart_too(quest, new_context):
    context = new_context()
    page = context.new_page()
    tick(opened(page, 0), 0)
    person = make_person("minji")
    sign_in(context, person)
    opened(page, 1)
    saved(page)
    page.locator("[data-claim=undo]").click()
    saved(page)
    context.clear_cookies()
    toggle(opened(page, 0), 0).click()
    expect(page.locator(TICKED)).to_have_count(0)
    sign_in(context, person)
    saved(opened(page, 1))
    context.clear_cookies()
    expect(opened(page, 0).locator(TICKED)).to_have_count(0)


@pytest.mark.parametrize("storage", ["", NO_STORAGE], ids=["empty", "refused"])
def test_a_new_device_leaves_the_ticks_alone_until_the_account_answers(quest, new_context, storage):
    person = make_person("minji")
    for uid in ("jax-000", "jax-001"):
        complete(learner=person, lesson=quest.lessons.get(uid=uid))
    context = new_context()
    context.add_init_script(storage)
    sign_in(context, person)
    page = context.new_page()
    page.route("**/progress/sync/", lambda route: route.fulfill(status=503))
    form = toggle(opened(page, 0), 0).locator("..")
    expect(page.locator(TICKED)).to_have_count(2)
    expect(form).to_have_attribute("data-done", "true")
    tick_elsewhere(page, [2])
    expect(page.locator(TICKED)).to_have_count(3)
    toggle(page, 0).click()
    page.wait_for_load_state()
    expect(form).to_have_attribute("data-done", "false")
    assert lessons_of(person) == {"jax-001"}
    page.unroute("**/progress/sync/")
    saved(opened(page, 3))
    expect(page.locator(TICKED)).to_have_count(1 if storage else 2)  # a step in memory is gone


def write_answer(page, text: str) -> None:
    """Write into the answer box and wait until the draft is in the account."""
    page.locator("[data-answer] textarea").fill(text)
    words = page.locator("[data-answer-state]")
    expect(words).to_have_text(words.get_attribute("data-account"))


def test_answers_written_on_two_devices_at_once_are_both_kept(quest, new_context):
    person = make_person("minji")
    pages = []
    for _ in range(2):
        context = new_context()
        sign_in(context, person)
        pages.append(opened(context.new_page(), 0))
    write_answer(pages[0], "from the desk")
    expect(pages[0].locator("[data-other-answer]")).to_be_hidden()
    write_answer(pages[1], "from the phone")
    expect(pages[1].locator("[data-other-answer] pre")).to_have_text("from the desk")
    assert ExerciseAnswer.objects.get().body == "from the phone"
    assert SetAsideAnswer.objects.get().body == "from the desk"
    expect(opened(pages[0], 0).locator("textarea#answer")).to_have_value("from the phone")
    expect(pages[0].locator("[data-other-answer] pre")).to_have_text("from the desk")


def test_an_answer_written_before_sign_in_stands_on_its_lesson_and_is_sent(quest, new_context):
    context = new_context()
    page = opened(context.new_page(), 0)
    page.locator("[data-answer] textarea").fill("before I had an account")
    words = page.locator("[data-answer-state]")
    expect(words).to_have_text(words.get_attribute("data-browser"))
    sign_in(context, make_person("minji"))
    opened(page, 0)
    expect(page.locator("textarea#answer")).to_have_value("before I had an account")
    expect(words).to_have_text(words.get_attribute("data-account"))
    assert ExerciseAnswer.objects.get().body == "before I had an account"


@pytest.fixture
def kept(quest, new_context):
    """Minji's browser with the quest kept offline; her first lesson is done."""
    person = make_person("minji")
    complete(learner=person, lesson=quest.lessons.get(uid="jax-000"))
    context = new_context()
    sign_in(context, person)
    page = context.new_page()
    page.goto("/quests/jax/")
    page.locator("[data-keep]").click()
    page.locator("[data-forget]").wait_for()
    page.evaluate("navigator.serviceWorker.ready")
    saved(opened(page, 0))
    return page, person


def test_a_member_ticks_on_a_kept_page_without_a_network(kept):
    page, person = kept
    page.context.set_offline(True)
    opened(page, 1)
    assert page.locator("html[data-offline]").count() == 1
    expect(page.locator(TICKED)).to_have_count(1)
    tick(page, 1)
    expect(page.locator("[data-save-state]")).to_have_attribute("data-kind", "waiting")
    page.locator("[data-answer] textarea").fill("offline")
    assert [key for key in stored(page, "op") if key.startswith("lp1|anon|")] == []
    page.context.set_offline(False)
    saved(opened(page, 2))
    expect(page.locator("[data-claim-box]")).to_be_hidden()
    expect(page.locator(TICKED)).to_have_count(2)
    assert lessons_of(person) == {"jax-000", "jax-001"}
    assert Operation.objects.count() == 2
    assert Standing.objects.get(learner=person).xp == 40
    opened(page, 1)
    words = page.locator("[data-answer-state]")
    expect(words).to_have_text(words.get_attribute("data-account"))
    assert ExerciseAnswer.objects.get().body == "offline"


def test_after_sign_out_a_kept_page_is_nobody_s(kept):
    page, _person = kept
    sign_out(page)
    page.context.set_offline(True)
    opened(page, 1)
    assert page.locator("html[data-offline]").count() == 1
    expect(page.locator(TICKED)).to_have_count(0)
    tick(page, 1)
    assert [key for key in stored(page, "op") if key.startswith("lp1|u:")] == []


def test_who_signs_out_with_steps_that_wait_is_told(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    saved(page)
    page.route("**/progress/sync/", lambda route: route.abort())
    tick(page, 0)
    page.locator("details.menu[data-theme-url] summary").click()
    page.locator("[data-sign-out] button").click()
    expect(page.locator("[data-left-notice]")).to_contain_text("1단계")


def sign_out(page) -> None:
    """Sign out by the menu, and wait for the page of nobody."""
    page.locator("details.menu[data-theme-url] summary").click()
    page.locator("[data-sign-out] button").click()
    page.locator("body:not([data-learner])").wait_for()


def test_a_server_that_went_back_to_a_backup_gets_everything_again_at_sign_out(quest, new_context):
    person = make_person("minji")
    context = new_context()
    sign_in(context, person)
    page = opened(context.new_page(), 0)
    tick(page, 0)
    saved(page)
    for table in (Cancellation, Completion, Operation, Clock):  # the backup knew none of it
        table.objects.all().delete()
    assert lessons_of(person) == set()
    complete(learner=person, lesson=quest.lessons.get(uid="jax-003"))  # a clock, another epoch
    sign_out(page)
    assert lessons_of(person) == {"jax-000", "jax-003"}
    assert stored(page, "op", "snap") == []


def test_an_answer_written_just_before_sign_out_is_in_the_account(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    page.locator("[data-answer] textarea").fill("at the last moment")
    sign_out(page)
    assert ExerciseAnswer.objects.get().body == "at the last moment"
    assert stored(page, "answer") == []


def test_a_draft_left_behind_on_one_lesson_is_sent_from_another(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    page.route("**/progress/answers/**", lambda route: route.abort())
    page.locator("[data-answer] textarea").fill("left behind")
    words = page.locator("[data-answer-state]")
    expect(words).to_have_text(words.get_attribute("data-again"))
    page.unroute("**/progress/answers/**")
    page.evaluate(
        """() => {
            const key = Object.keys(localStorage).find(key => key.includes("|answer|"));
            const draft = { ...JSON.parse(localStorage.getItem(key)), at: Date.now() - 60_000 };
            localStorage.setItem(key, JSON.stringify(draft));
        }"""
    )
    with page.expect_response("**/progress/answers/jax-000/"):
        opened(page, 1)
    assert ExerciseAnswer.objects.get().body == "left behind"


def test_a_draft_is_sent_when_the_network_comes_back(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    context.set_offline(True)
    page.locator("[data-answer] textarea").fill("underground")
    words = page.locator("[data-answer-state]")
    expect(words).to_have_text(words.get_attribute("data-waiting"))
    context.set_offline(False)
    expect(words).to_have_text(words.get_attribute("data-account"))
    assert ExerciseAnswer.objects.get().body == "underground"


def test_starting_over_is_offered_and_opens_every_step(quest, new_context):
    person = make_person("minji")
    complete(learner=person, lesson=quest.lessons.get(uid="jax-000"))
    context = new_context()
    sign_in(context, person)
    page = context.new_page()
    page.goto(reverse("home"))
    expect(page.locator(".quest-progress")).to_contain_text("1 / 4")
    expect(page.locator("[data-resume]")).to_contain_text("jax-001")
    page.goto("/quests/jax/")
    page.get_by_role("link", name="이 퀘스트 처음부터 다시 하기").click()
    page.locator("form .button--danger").click()
    page.wait_for_url("**/quests/jax/")
    assert lessons_of(person) == set()
    assert Standing.objects.get(learner=person).xp == 20
