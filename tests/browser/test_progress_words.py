"""Messages about problems with progress, and about several celebrations at once."""

import json
import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from playwright.sync_api import expect

from course.models import ExerciseAnswer, Lesson, Operation
from course.progress.catalogue import CATALOGUE
from pagecache.changes import invalidate
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
from tests.course.progress.browser import op
from tests.factories import make_achievement, make_person, make_quest

pytestmark = pytest.mark.django_db(transaction=True)
CARD = "[data-moments] [data-moment]"
NO_STORAGE = (
    "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') }"
)

NOTHING_WAITS = """() => Object.keys(localStorage).every(
    (key) => !key.includes("|op|") || JSON.parse(localStorage.getItem(key)).st !== "p"
)"""


@pytest.fixture
def quest(transactional_db):
    """A quest with six lessons that have exercises."""
    return make_quest(lessons=6)[0]


def put(page, scope: str, operation: dict, **more) -> None:
    """Add an operation to the browser's log, as another release might have written it."""
    row = operation | {"st": "p", "n": int(time.time() * 1000)} | more
    page.evaluate(
        "([key, row]) => localStorage.setItem(key, JSON.stringify(row))",
        [f"lp1|{scope}|op|{row['id']}", row],
    )


def words_of(box, name: str) -> str:
    """Return the texts of an element for a state."""
    return box.get_attribute(f"data-{name}")


def test_steps_that_do_not_count_are_explained_until_they_do(quest, new_context):
    person = make_person("minji")
    context = new_context()
    sign_in(context, person)
    page = opened(context.new_page(), 0)
    Lesson.objects.filter(uid="jax-001").update(status="draft")
    invalidate(CATALOGUE)
    scope = f"u:{person.public_id}"
    put(page, scope, op("c", "jax-001"))
    put(page, scope, op("c", "jax-002#exercise"), k="burn it with fire, please")
    opened(page, 0)
    problems = page.locator("[data-problem-list] li")
    expect(problems).to_have_count(2)
    page.locator("[data-problems] summary").click()
    expect(problems.filter(has_text="jax-001")).to_contain_text("공개되면 저절로 반영해요")
    damaged = problems.filter(has_text="jax-002")
    expect(damaged).to_contain_text("연습 문제")
    expect(damaged).to_contain_text("한 번 더 완료해 주세요")
    assert damaged.locator("a").get_attribute("href").endswith("/quests/jax/jax-002/")
    assert "bad-kind" not in page.locator("[data-problems]").inner_text()
    Lesson.objects.filter(uid="jax-001").update(status="published")
    invalidate(CATALOGUE)
    opened(page, 0)
    saved(page)
    expect(problems).to_have_count(1)
    assert lessons_of(person) == {"jax-001"}


def chosen(page, tmp_path, text: str):
    """The page about this browser's progress after a file was chosen: where the result stands."""
    page.goto("/progress/")
    page.wait_for_selector("html[data-progress='ready']")
    file = tmp_path / "progress.json"
    file.write_text(text)
    page.locator("[data-import]").set_input_files(file)
    return page.locator("[data-import-result]")


def file_of(*ops, **more) -> str:
    """A file as the site saves it."""
    return json.dumps({"format": "learning-progress", "v": 1, "ops": ops} | more)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (file_of(op())[:-20], "damaged"),
        (file_of(ops={}), "damaged"),
        ("[]", "bad"),
        ('{"format": "other-site", "v": 1, "ops": []}', "bad"),
        (file_of(op(), v=2), "newer"),
        (" " * (5 * 1024 * 1024 + 1), "large"),
    ],
    ids=["cut short", "no list", "no progress", "another format", "newer", "huge"],
)
def test_a_file_that_can_not_be_added_is_refused_with_the_reason(
    quest, new_context, tmp_path, text, problem
):
    page = new_context().new_page()
    said = chosen(page, tmp_path, text)
    expect(said).to_have_text(said.get_attribute(f"data-{problem}"))
    assert stored(page, "op") == []


def test_a_file_of_another_site_is_added_and_what_does_not_count_is_listed(
    quest, new_context, tmp_path
):
    page = new_context().new_page()
    endless = op("u", "jax-001") | {"x": [op()["id"]] * 501}  # would make every sync too large
    odd = op("c", "jax-001") | {"n": 1e300, "day": "x" * 9999, "tz": 7, "off": "soon"}
    text = file_of(odd, op("c", "elsewhere-1"), endless, {"id": 5}, site="other.example")
    said = chosen(page, tmp_path, text)
    expect(said).to_contain_text("2개를 더했어요")
    expect(said).to_contain_text("2단계는 손상되어서")
    expect(said).to_contain_text("other.example")
    expect(page.locator("[data-problem-list] li")).to_have_count(1)
    expect(page.locator("[data-problem-list]")).to_contain_text("elsewhere-1")
    stored = page.evaluate("""() => Object.keys(localStorage).filter(key => key.includes("|op|"))
        .map(key => JSON.parse(localStorage.getItem(key))).find(op => op.l === "jax-001")""")
    assert (stored["day"], stored["tz"], stored["off"], stored["n"]) == (None, None, None, 0)
    expect(chosen(page, tmp_path, text)).to_contain_text("새로 더할 것이 없어요")


def test_a_server_that_fails_is_not_called_a_missing_network(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    saved(page)
    page.route("**/progress/sync/", lambda route: route.fulfill(status=503))
    tick(page, 0)
    state = page.locator("[data-save-state]")
    expect(state).to_have_text(words_of(state, "again"))
    page.unroute("**/progress/sync/")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)


def test_a_member_whose_browser_stores_nothing_is_saved_all_the_same(quest, new_context):
    person = make_person("minji")
    context = new_context()
    context.add_init_script(NO_STORAGE)
    sign_in(context, person)
    page = opened(context.new_page(), 0)
    tick(page, 0)
    saved(page)
    assert lessons_of(person) == {"jax-000"}
    page.route("**/progress/sync/", lambda route: route.fulfill(status=500))
    toggle(page, 0).click()
    state = page.locator("[data-save-state]")
    expect(state).to_have_text(words_of(state, "unsafe"))


def test_an_answer_is_sent_again_when_the_server_is_back(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = context.new_page()
    page.clock.install()
    opened(page, 0)
    page.route("**/progress/answers/**", lambda route: route.fulfill(status=503))
    page.locator("[data-answer] textarea").fill("during a restart")
    page.clock.fast_forward(2000)
    state = page.locator("[data-answer-state]")
    expect(state).to_have_text(words_of(state, "again"))
    page.unroute("**/progress/answers/**")
    page.clock.fast_forward(21_000)
    expect(state).to_have_text(words_of(state, "account"))
    assert ExerciseAnswer.objects.get().body == "during a restart"


def test_an_answer_of_somebody_signed_out_elsewhere_says_so(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    context.clear_cookies()
    page.locator("[data-answer] textarea").fill("still here")
    state = page.locator("[data-answer-state]")
    expect(state).to_have_text(words_of(state, "signed-out"))
    assert stored(page, "answer")


def test_what_waits_for_an_account_is_named_after_a_sign_out_elsewhere(quest, new_context):
    context, minji = new_context(), make_person("minji")
    sign_in(context, minji)
    page = opened(context.new_page(), 0)
    saved(page)
    context.set_offline(True)
    tick(page, 0)
    Session.objects.all().delete()  # signed out on another device
    context.set_offline(False)
    state = page.locator("[data-save-state]")
    expect(state).to_have_text(words_of(state, "signed-out"))
    page.reload()
    page.wait_for_selector("html[data-progress='ready']")
    assert page.locator("body[data-learner]").count() == 0
    expect(state).to_have_text(words_of(state, "left"))
    assert lessons_of(minji) == set()
    sign_in(context, minji)
    page.reload()
    saved(page)
    assert lessons_of(minji) == {"jax-000"}


def test_a_batch_that_is_too_large_for_a_proxy_is_sent_in_halves(quest, new_context):
    minji = make_person("minji")
    context = new_context()
    sign_in(context, minji)
    page = opened(context.new_page(), 0)
    saved(page)
    sizes, is_up = [], []

    def proxy(route):
        if not is_up:  # the page may sync while its log is still being filled
            return route.abort()
        sizes.append(len(route.request.post_data_json["ops"]))
        return route.fulfill(status=413) if sizes[-1] > 60 else route.continue_()

    page.route("**/progress/sync/", proxy)
    for _ in range(90):
        put(page, f"u:{minji.public_id}", op("c", "jax-000"))
    is_up.append(True)
    page.evaluate("dispatchEvent(new Event('online'))")
    until(page, NOTHING_WAITS)
    assert max(sizes) > 60 >= sizes[-1]
    assert Operation.objects.count() == 90


def celebrated(page) -> list[str]:
    """Return the titles on the celebration card."""
    return page.locator(f"{CARD} .moment__title").all_inner_texts()


def test_everything_that_a_log_led_to_stands_on_one_card_and_only_once(quest, new_context):
    call_command("load_rules", verbosity=0)
    for number in range(1, 6):
        make_achievement(f"n{number}", "lessons", n=number, xp=1)
    context = new_context(viewport={"width": 360, "height": 740})
    page = opened(context.new_page(), 0)
    context.set_offline(True)
    tick_elsewhere(page, range(5))
    page.goto("about:blank")
    context.set_offline(False)
    opened(page, 5)
    expect(page.locator(CARD)).to_have_count(1)
    expect(page.locator(CARD)).to_have_class(re.compile("moment--many"))
    titles = celebrated(page)
    assert len(titles) == len(set(titles)) >= 6
    said = page.locator("[data-announcer]").inner_text()
    assert all(title in said for title in titles)
    assert said.count("새 업적") == 1
    card = page.locator(CARD).bounding_box()
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= 360
    assert card["height"] <= 740 * 0.6 + 1
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    person = make_person("minji")
    sign_in(context, person)
    opened(page, 5)
    expect(page.locator("[data-claim=done]")).to_contain_text("5")
    saved(page)
    assert len(lessons_of(person)) == 5
    assert celebrated(page) == []  # they were celebrated before the account was made


def test_a_save_that_fails_celebrates_nothing_again(quest, new_context):
    make_achievement("first", "lessons", n=1, xp=5)
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    tick(page, 0)
    page.locator(f"{CARD} [data-dismiss]").click()
    page.route("**/progress/sync/", lambda route: route.fulfill(status=503))
    toggle(page, 0).click()
    state = page.locator("[data-save-state]")
    expect(state).to_have_text(words_of(state, "again"))
    expect(page.locator(CARD)).to_have_count(0)


def test_of_an_account_that_is_gone_the_browser_keeps_nothing(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    tick(page, 0)
    saved(page)
    page.route("**/progress/sync/", lambda route: route.fulfill(status=410))
    page.evaluate("dispatchEvent(new Event('online'))")
    state = page.locator("[data-save-state]")
    expect(state).to_have_text(words_of(state, "gone"))
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('lp1|u:'))") == []


def test_the_claim_counts_what_is_done_not_what_was_taken_back(quest, new_context):
    context = new_context(locale="en-US")
    page = opened(context.new_page(), 0)
    tick(page, 0)
    toggle(page, 0).click()
    tick(opened(page, 1), 1)
    sign_in(context, make_person("minji"))
    page.goto("/en/quests/jax/jax-002/")
    expect(page.locator("[data-claim=done] p")).to_have_text("1 lesson added to your account")


def test_two_tabs_of_a_visitor_do_not_celebrate_the_same_twice(quest, new_context):
    make_achievement("first", "lessons", n=1, xp=5)
    make_achievement("second", "lessons", n=2, xp=5)
    context = new_context()
    one, two = opened(context.new_page(), 0), opened(context.new_page(), 1)
    one.evaluate("""() => {
        const whenLetGo = new Promise((letGo) => { window.letGo = letGo; });
        const send = window.fetch;
        window.fetch = async (...args) => { await whenLetGo; return send(...args); };
    }""")
    toggle(one, 0).click()
    toggle(two, 1).click()
    two.wait_for_timeout(300)  # what the second tab would ask at once, it has asked by now
    one.evaluate("window.letGo()")
    expect(one.locator(CARD)).to_have_count(1)
    expect(two.locator(CARD)).to_have_count(1)
    assert len(celebrated(one)) == len(celebrated(two)) == 1
    assert celebrated(one) != celebrated(two)


def test_what_is_said_at_the_same_time_is_said_together(quest, new_context):
    page = opened(new_context().new_page(), 0)
    page.evaluate("""() => import("/static/js/dom.js").then(({ announce }) => {
        announce("a new level");
        announce("saved");
    })""")
    expect(page.locator("[data-announcer]")).to_have_text("a new level. saved")


def test_a_visitor_never_sees_the_numbers_of_another_quest(quest, new_context):
    make_quest("numpy", lessons=2)
    page = new_context().new_page()
    tick(opened(page, 0), 0)
    done = page.locator("[data-bar] [data-field=lessons_done]")
    expect(done).to_have_text("1")
    page.route("**/progress/evaluate/", lambda route: route.fulfill(status=503))
    for path in ("/quests/numpy/numpy-000/", "/quests/numpy/"):
        with page.expect_response("**/progress/evaluate/"):
            page.goto(path)
        page.wait_for_selector("html[data-progress='ready']")
        page.wait_for_timeout(200)  # what an answer changes, it has changed by now
        if "numpy-000" in path:
            expect(done).to_have_text("0")
    expect(page.locator("[data-start]")).to_be_visible()
    expect(page.locator("[data-resume]")).to_be_hidden()
    page.goto("/quests/jax/")
    expect(page.locator("[data-resume]")).to_be_visible()


def test_a_page_whose_scripts_did_not_come_says_that_it_does_not_save(quest, new_context):
    page = new_context().new_page()
    failures = []
    page.on("pageerror", lambda error: failures.append(error))
    page.route("**/progress/main*.js", lambda route: route.abort())
    page.goto("/quests/jax/jax-000/")
    for name in ("save", "answer"):
        state = page.locator(f"[data-{name}-state]")
        expect(state).to_have_text(words_of(state, "unloaded"))
    assert failures == []


def test_an_answer_typed_before_the_scripts_came_is_kept(quest, new_context):
    page = new_context().new_page()
    page.clock.install()
    page.route("**/progress/main*.js", lambda route: route.abort())
    page.goto("/quests/jax/jax-000/")
    state = page.locator("[data-answer-state]")
    expect(state).to_have_text(words_of(state, "unloaded"))
    page.locator("[data-answer] textarea").fill("in the tunnel")
    page.unroute("**/progress/main*.js")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("html[data-progress='ready']")
    page.clock.fast_forward(2000)
    expect(state).to_have_text(words_of(state, "browser"))
    expect(opened(page, 0).locator("textarea#answer")).to_have_value("in the tunnel")
