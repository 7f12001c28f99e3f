"""Reviews by keyboard, without JavaScript, without an account, and a week without a network."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from fsrs import Card, Rating, Scheduler
from playwright.sync_api import expect

from course.folders.importer import import_quest
from course.models import Operation, Question, ReviewCard
from course.progress.attempts import attempt
from course.progress.rebuilding import rebuild_all_cards
from course.rhythm.choosing import Chosen, choose
from tests.browser.test_progress_journeys import saved, sign_in
from tests.course.full_folder import write_full_quest
from tests.factories import list_device, make_person, verify

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
LATER = "날짜는 연결되면 정해져요"


@pytest.fixture
def quest(transactional_db, tmp_path):
    """A lesson that asks six questions, of each kind one."""
    return import_quest(folder=write_full_quest(tmp_path / "full"))


@pytest.fixture
def person(quest):
    """Somebody who answered all of them three days ago."""
    minji = verify(make_person("minji", date_joined=timezone.now() - timedelta(days=30)))
    for question in Question.objects.select_related("lesson"):
        given = question.right_answers.values_list("value", flat=True)[0].partition("±")[0]
        attempt(learner=minji, lesson=question.lesson, name=question.name, given=given)
    move_back(minji, timedelta(days=3))
    return minji


def move_back(learner, time) -> None:
    """Make what a learner did until now older."""
    from course.models import Completion

    for row in Completion.objects.filter(learner=learner):
        row.last_at, row.first_at = row.last_at - time, row.first_at - time
        row.days = [(date.fromisoformat(day) - time).isoformat() for day in row.days]
        row.save()
    rebuild_all_cards()


def opened(page, path="/review/"):
    """The page with its scripts at work."""
    page.goto(path)
    page.wait_for_selector("html[data-progress='ready']")
    page.wait_for_selector("[data-review-ready]")
    return page


def current(page):
    """The card that is shown."""
    return page.locator("[data-card][data-current]")


def synced(page) -> None:
    """Wait until the account has what this browser wrote, and this browser what is due."""
    page.goto("/quests/full/down/")
    saved(page)


def left(page, number: int) -> None:
    expect(page.locator("[data-review-left]")).to_have_text(f"오늘 {number}개 남음")


def reviews() -> int:
    return Operation.objects.filter(kind="r").count()


def grade(page, number: int) -> tuple[str, str]:
    """Grade the card that is shown; returns its name and the date on the button."""
    card = current(page)
    name = card.get_attribute("data-card")
    card.locator("summary").click()
    button = card.locator(f"[name=grade][value='{number}']")
    date = button.locator("[data-comes-back]").text_content()
    button.click()
    expect(page.locator(f"[data-card='{name}']")).to_have_count(0)
    return name, date


def test_by_keyboard_alone_today_s_cards_are_reviewed(person, new_context):
    context = new_context()
    sign_in(context, person)
    page = opened(context.new_page())
    left(page, 6)
    expect(page.locator("[data-card]:visible")).to_have_count(1)
    expect(current(page).get_by_role("heading", name="왜 그럴까요?")).to_be_hidden()
    page.keyboard.press("3")  # before the answer is shown, this is no grade
    left(page, 6)
    current(page).locator("summary").focus()
    for number, key in enumerate("123421", start=1):
        page.keyboard.press("Enter")
        expect(current(page).locator(".review-card__answer")).to_be_visible()
        page.keyboard.press(key)
        if number < 6:
            left(page, 6 - number)
            expect(current(page).locator("summary")).to_be_focused()
    expect(page.get_by_text("오늘 복습은 여기까지예요.")).to_be_visible()
    expect(page.locator("[data-review-state=done]")).to_be_focused()
    synced(page)
    grades = Operation.objects.filter(kind="r").order_by("seq").values_list("grade", flat=True)
    assert list(grades) == [1, 2, 3, 4, 2, 1]
    opened(page)
    expect(page.get_by_text("오늘 복습은 여기까지예요.")).to_be_visible()


def test_the_goal_in_the_header_counts_each_review_at_once(person, new_context):
    choose(learner=person, chosen=Chosen("reviews", 2))
    context = new_context()
    sign_in(context, person)
    list_device(person, Session.objects.get().session_key)  # its pages know the goal
    page = opened(context.new_page())
    said = page.locator(".header [data-goal=said]")
    for words in ("오늘 목표: 2 중 0", "오늘 목표: 2 중 1", "오늘 목표를 이뤘어요"):
        expect(said).to_have_text(words)
        grade(page, 3)


def test_without_javascript_every_card_is_a_form(person, new_context):
    context = new_context(java_script_enabled=False)
    sign_in(context, person)
    page = context.new_page()
    page.goto("/review/")
    expect(page.locator("[data-card]")).to_have_count(6)
    card = page.locator("[data-card]").first
    card.locator("summary").click()
    card.get_by_role("button", name="알맞음").click()
    expect(page.locator("[data-card]")).to_have_count(5)
    assert reviews() == 1


def keep_offline(page) -> None:
    """Keep the quest for offline use."""
    page.goto("/quests/full/")
    page.get_by_role("button", name="이 퀘스트를 오프라인에 저장").click()
    page.locator("[data-keep-state]", has_text="이 기기에 저장했어요").wait_for()
    page.evaluate("navigator.serviceWorker.ready")
    synced(page)


def local_reviews(page) -> dict[str, dict]:
    """The reviews in this browser's log, by id."""
    found = page.evaluate("Object.entries(localStorage).filter(([key]) => key.includes('|op|'))"
                          ".map(([, text]) => text)")  # fmt: skip
    return {each["id"]: each for each in map(json.loads, found) if each["k"] == "r"}


def test_a_phone_reviews_for_a_week_without_a_network_in_another_time_zone(
    person, new_context, monkeypatch
):
    context = new_context(**PHONE, timezone_id="America/Los_Angeles")
    sign_in(context, person)
    page = context.new_page()
    keep_offline(page)
    # While the clock is being exchanged it is 1970 for a moment, and an answer that comes just then
    # would be taken for the difference between two clocks.
    page.goto("about:blank")
    start = timezone.now()
    context.set_offline(True)
    shown = []
    for day, count in enumerate([2, 2, 1, 1, 1, 1, 1]):
        page.clock.set_fixed_time(start + timedelta(days=day))
        opened(page)
        for _ in range(count):
            shown += [grade(page, 1 if day == 0 else 3)]
    # The two that were not known came back on the next day, and then nobody could tell the date.
    assert [date for _name, date in shown[:2]] == ["내일", "내일"]
    assert LATER in [date for _name, date in shown[2:]]
    made = local_reviews(page)
    assert len(made) == len(shown)

    end = start + timedelta(days=7)
    monkeypatch.setattr(timezone, "now", lambda: end)
    page.clock.set_fixed_time(end)
    context.set_offline(False)
    opened(page)
    synced(page)
    assert reviews() == len(shown)
    library = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    for row in ReviewCard.objects.select_related("question"):
        card = Card(card_id=1)
        mine = [each for each in made.values() if each["l"].endswith(f"#q:{row.question.name}")]
        for each in sorted(mine, key=lambda op: op["at"]):
            at = datetime.fromtimestamp((each["at"] + (each["off"] or 0)) / 1000, UTC)
            card, _log = library.review_card(card, Rating(each["g"]), at)
        assert row.due == card.due
        if len(mine) == 1:
            [only] = mine
            assert abs(only["nx"] / 1000 - row.due.timestamp()) < 1


def test_a_visitor_reviews_in_this_browser_and_takes_it_along_to_an_account(quest, new_context):
    context = new_context()
    page = context.new_page()
    start = timezone.now()
    page.clock.set_fixed_time(start - timedelta(days=2))
    page.goto("/quests/full/down/")
    page.wait_for_selector("html[data-progress='ready']")
    page.keyboard.press("Shift")
    page.wait_for_selector("html[data-reading='ready']")
    page.locator("#q-one input[value=b]").check()
    page.locator("#q-one").get_by_role("button", name="답 확인하기").click()
    expect(page.locator("#q-one")).to_have_attribute("data-done", "true")
    # The server's clock goes on: what was answered is two days old by this browser's.
    page.evaluate("""() => Object.keys(localStorage).filter((key) => key.includes('|op|'))
        .forEach((key) => localStorage.setItem(key,
            JSON.stringify({...JSON.parse(localStorage[key]), off: 0})))""")
    page.clock.set_fixed_time(start)
    opened(page)
    expect(current(page)).to_have_attribute("data-card", "full-lesson-1#q:one")
    left(page, 1)
    grade(page, 3)
    expect(page.get_by_text("오늘 복습은 여기까지예요.")).to_be_visible()
    person = verify(make_person("minji"))
    sign_in(context, person)
    opened(page)
    saved(page)
    assert Operation.objects.get(learner=person, kind="r").grade == 3
    assert ReviewCard.objects.get(learner=person).reviewed_at is not None
    page.locator("[data-claim=undo]").click()
    synced(page)
    assert ReviewCard.objects.get(learner=person).due is None  # given back, and here again
    kept = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('lp1|anon|op|'))"
    )
    assert len(kept) == 2
