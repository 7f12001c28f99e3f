"""Questions, notes and bookmarks offline without an account, followed by sign-up."""

import re

import pytest
from playwright.sync_api import expect

from course.content.judging import token
from course.folders.importer import import_quest
from course.models import Completion, Note, Operation
from gamification.models import Standing
from tests.browser.test_progress_journeys import saved, sign_in
from tests.course.full_folder import write_full_quest
from tests.factories import make_person, verify

pytestmark = pytest.mark.django_db(transaction=True)
LESSON = "/quests/full/down/"
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def quest(transactional_db, tmp_path):
    """A lesson that asks six questions, of each kind one."""
    return import_quest(folder=write_full_quest(tmp_path / "full"))


def opened(page):
    """The lesson, with its scripts at work."""
    page.goto(LESSON)
    page.wait_for_selector("html[data-progress='ready']")
    page.keyboard.press("Shift")  # a first visit fetches the rest when somebody stirs
    page.wait_for_selector("html[data-reading='ready']")
    return page


def question(page, name):
    return page.locator(f"#q-{name}")


def check(page, name) -> None:
    question(page, name).get_by_role("button", name="답 확인하기").click()


def says(page, name, words) -> None:
    expect(question(page, name).locator("[data-verdict]")).to_have_text(words)


def is_done(page, name) -> None:
    expect(question(page, name)).to_have_attribute("data-done", "true")
    expect(question(page, name).locator(".question__done")).to_be_visible()


RIGHT = "맞았어요!"
WRONG = "아직이에요. 다시 해 보세요."


def test_a_phone_answers_offline_signs_up_and_finds_all_on_a_second_device(quest, new_context):
    context = new_context(**PHONE)
    page = opened(context.new_page())
    context.set_offline(True)
    one = question(page, "one")
    expect(one.locator(".question__why")).to_have_count(0)
    one.locator("input[value=a]").check()
    check(page, "one")
    says(page, "one", WRONG)
    expect(one.locator(".question__why")).to_be_visible()
    expect(one).to_have_attribute("data-done", "false")
    page.locator("details.hint summary").first.click()
    one.locator("input[value=b]").check()
    check(page, "one")
    says(page, "one", RIGHT)
    is_done(page, "one")
    question(page, "half").locator("input[name=answer]").fill("0,495")
    check(page, "half")
    is_done(page, "half")
    page.locator("#note-new").fill("다시 볼 것")
    page.get_by_role("button", name="메모 저장").first.click()
    expect(page.locator(".note__text")).to_have_text("다시 볼 것")
    page.get_by_role("button", name="책갈피 꽂기").click()
    expect(page.get_by_role("button", name="책갈피 빼기")).to_be_visible()
    context.set_offline(False)

    is_done(opened(page), "one")
    expect(page.locator(".note__text")).to_have_text("다시 볼 것")
    expect(page.locator("[data-bar] [data-field=xp]").first).to_have_text(re.compile("10"))
    page.goto("/chapters/full-start/")
    expect(page.locator("[data-count=right]")).to_have_text("2")
    expect(page.locator("[data-count=xp]")).to_have_text("10")
    page.goto("/notes/")
    expect(page.locator("[data-bookmark-list] a")).to_have_text("내려가기")
    expect(page.locator(".note__text")).to_have_text("다시 볼 것")

    person = verify(make_person("minji"))
    sign_in(context, person)
    saved(opened(page))
    assert Completion.objects.filter(learner=person, part__startswith="q:", done=True).count() == 2
    assert Standing.objects.get(learner=person).xp == 10
    assert Note.objects.get(learner=person).body == "다시 볼 것"
    assert not Operation.objects.get(body="a").right

    second = new_context()
    sign_in(second, person)
    other = second.new_page()
    is_done(opened(other), "one")
    is_done(other, "half")
    expect(other.locator(".note__text")).to_have_text("다시 볼 것")
    expect(other.get_by_role("button", name="책갈피 빼기")).to_be_visible()
    other.goto("/chapters/full-start/")
    expect(other.locator("[data-count=right]")).to_have_text("2")
    other.goto("/notes/")
    expect(other.locator("[data-bookmark-list] a")).to_have_text("내려가기")
    expect(other.locator(".note__text")).to_have_text("다시 볼 것")


LINES = ["import jax", "x = 1", "print(x)"]


def test_every_kind_of_question_is_judged_in_the_browser_as_on_the_server(quest, new_context):
    context = new_context()
    person = make_person("minji")
    sign_in(context, person)
    page = opened(context.new_page())
    saved(page)

    def choose_lines(lines) -> None:
        boxes = question(page, "lines").locator("select")
        for place, line in enumerate(lines):
            boxes.nth(place).select_option(token("lines", line))

    several = question(page, "several")
    answers = {
        "several": [
            (lambda: several.locator("input[value=a]").check(), WRONG),
            (lambda: several.locator("input[value=c]").check(), RIGHT),
        ],
        "half": [
            (lambda: question(page, "half").locator("input").last.fill("bald"),
             "12, 0.5, 1e-3 같은 숫자로 써 주세요."),
            (lambda: question(page, "half").locator("input").last.fill("0.6"), WRONG),
            (lambda: question(page, "half").locator("input").last.fill("5e-1"), RIGHT),
        ],
        "weak": [
            (lambda: question(page, "weak").locator("input").last.fill("strong"), WRONG),
            (lambda: question(page, "weak").locator("input").last.fill("약한  타입"), RIGHT),
        ],
        "lines": [
            (lambda: choose_lines(LINES[::-1]), WRONG),
            (lambda: choose_lines(LINES), RIGHT),
        ],
        "prints": [
            (lambda: question(page, "prints").locator("textarea").fill("33"), WRONG),
            (lambda: question(page, "prints").locator("textarea").fill(
                "step 1 loss 33.5\nstep 2 loss 0.02"), RIGHT),
        ],
    }  # fmt: skip
    for name, steps in answers.items():
        for give, words in steps:
            give()
            check(page, name)
            says(page, name, words)
        is_done(page, name)
    saved(page)
    expect(page.locator("[data-save-state]")).to_have_attribute("data-kind", "saved")
    done = Completion.objects.filter(learner=person, done=True).values_list("part", flat=True)
    assert set(done) == {f"q:{name}" for name in answers}


def test_two_tabs_and_a_changed_mind_agree(quest, new_context):
    context = new_context()
    one, two = opened(context.new_page()), opened(context.new_page())
    question(one, "one").locator("input[value=b]").check()
    check(one, "one")
    is_done(two, "one")
    one.locator("#note-new").fill("eins")
    one.get_by_role("button", name="메모 저장").first.click()
    expect(two.locator(".note__text")).to_have_text("eins")
    two.locator(".note__edit summary").click()
    two.locator("[data-note-edit] textarea").fill("zwei")
    two.locator("[data-note-edit] button").first.click()
    expect(one.locator(".note__text")).to_have_text("zwei")
    one.locator(".note__edit summary").click()
    one.get_by_role("button", name="메모 지우기").click()
    expect(two.locator(".note__text")).to_have_count(0)
    one.get_by_role("button", name="책갈피 꽂기").click()
    two.get_by_role("button", name="책갈피 빼기").click()
    expect(one.get_by_role("button", name="책갈피 꽂기")).to_be_visible()


def test_undoing_the_claim_gives_answers_notes_and_bookmarks_back(quest, new_context):
    context = new_context()
    page = opened(context.new_page())
    question(page, "one").locator("input[value=b]").check()
    check(page, "one")
    page.locator("#note-new").fill("mein")
    page.get_by_role("button", name="메모 저장").first.click()
    page.get_by_role("button", name="책갈피 꽂기").click()
    person = make_person("minji")
    sign_in(context, person)
    opened(page)
    expect(page.locator("[data-claim=done] p")).to_have_text("답과 메모, 책갈피를 계정에 더했어요")
    saved(page)
    page.locator("[data-claim=undo]").click()
    expect(question(page, "one")).to_have_attribute("data-done", "false")
    expect(page.locator(".note__text")).to_have_count(0)
    saved(page)
    assert not Completion.objects.filter(done=True).exists()
    context.clear_cookies()
    is_done(opened(page), "one")
    expect(page.locator(".note__text")).to_have_text("mein")
    expect(page.get_by_role("button", name="책갈피 빼기")).to_be_visible()


def test_the_same_form_without_javascript(quest, new_context):
    context = new_context(java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(LESSON)
    expect(page.locator("#notes")).to_be_hidden()
    question(page, "one").locator("input[value=b]").check()
    check(page, "one")
    expect(page.get_by_role("heading", level=1)).to_have_text(RIGHT)
    expect(page.get_by_text("아무것도 저장하지 않았어요.")).to_be_visible()
    person = make_person("minji")
    sign_in(context, person)
    page.goto(LESSON)
    question(page, "one").locator("input[value=a]").check()
    check(page, "one")
    expect(page.get_by_text("정의예요.")).to_be_visible()
    page.get_by_role("link", name="다시 시도").click()
    question(page, "one").locator("input[value=b]").check()
    check(page, "one")
    expect(page.get_by_text("+5 XP")).to_be_visible()
    page.get_by_role("link", name="레슨으로 돌아가기").click()
    expect(question(page, "one").locator(".question__done")).to_be_visible()
    page.locator("#note-new").fill("ohne Script")
    page.get_by_role("button", name="메모 저장").first.click()
    expect(page.locator(".note__text")).to_have_text("ohne Script")
    page.get_by_role("button", name="책갈피 꽂기").click()
    expect(page.get_by_role("button", name="책갈피 빼기")).to_be_visible()
    assert Operation.objects.count() == 4
