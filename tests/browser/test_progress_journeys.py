"""Progress in a real browser: offline, two tabs, two accounts, sign-in and sign-out."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from course.models import Completion, Operation
from gamification.models import Standing
from tests.factories import make_person, make_quest

pytestmark = pytest.mark.django_db(transaction=True)
TOGGLE = "[data-progress-toggle][data-target='{}'] [data-toggle]"


@pytest.fixture
def quest(transactional_db):
    """A quest with six lessons, without exercises."""
    return make_quest(lessons=6, exercises=False)[0]


def sign_in(context, person) -> None:
    """Give the browser a session, as signing in does."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies["session"].value
    context.add_cookies([{"name": "session", "value": cookie, "url": "http://localhost"}])


def opened(page, number: int):
    """The lesson's page, with its scripts at work."""
    page.goto(f"/quests/jax/jax-{number:03d}/")
    page.wait_for_selector("html[data-progress='ready']")
    return page


def toggle(page, number: int):
    """The button that completes the lesson, or takes that back."""
    return page.locator(TOGGLE.format(f"jax-{number:03d}"))


def tick(page, number: int) -> None:
    """Complete the lesson that the page shows."""
    toggle(page, number).click()
    form = toggle(page, number).locator("..")
    expect(form).to_have_attribute("data-done", "true")


def saved(page):
    """Wait until the page says that everything is in the account."""
    # The server's page says so, too, before the scripts know of what waits.
    page.wait_for_selector("html[data-progress='ready']")
    expect(page.locator("[data-save-state]")).to_have_text(re.compile("계정에 저장|Saved to your"))


def stored(page, *kinds: str) -> list[str]:
    """The keys that the browser stores of these kinds: `op`, `snap`, `answer` and so on.

    A key is `lp1|scope|kind` or `lp1|scope|kind|name`. The scope ends with a random id, so a search
    for the letters anywhere in the key finds some that have nothing to do with it.
    """
    keys = page.evaluate("Object.keys(localStorage)")
    return [key for key in keys if set(key.split("|")[2:3]) & set(kinds)]


def tick_elsewhere(page, numbers) -> None:
    """Complete other lessons with the page's own modules, as another page of the site would."""
    for number in numbers:
        page.evaluate(
            "uid => import('/static/js/progress/log.js').then(log => log.complete("
            "document.body.dataset.learner ? 'u:' + document.body.dataset.learner : 'anon', uid))"
            ".then(() => document.dispatchEvent(new CustomEvent('progress:changed')))",
            f"jax-{number:03d}",
        )


def lessons_of(person) -> set[str]:
    """What the account has done."""
    done = Completion.objects.filter(learner=person, done=True)
    return set(done.values_list("lesson__uid", flat=True))


def test_five_lessons_ticked_without_account_and_network_are_in_the_account_after_sign_up(
    quest, new_context
):
    context = new_context()
    page = context.new_page()
    for number in range(3):
        tick(opened(page, number), number)
    expect(page.locator("[data-offer]")).to_be_visible()
    expect(page.locator("[data-bar] [data-field=lessons_done]")).to_have_text("3")
    context.set_offline(True)
    tick_elsewhere(page, [3, 4])
    expect(page.locator("[data-lesson-uid=jax-004][data-done]")).to_have_count(1)
    context.set_offline(False)

    person = make_person("minji")
    sign_in(context, person)
    opened(page, 5)
    expect(page.locator("[data-claim=done]")).to_contain_text("5")
    saved(page)
    assert lessons_of(person) == {f"jax-{n:03d}" for n in range(5)}
    assert Standing.objects.get(learner=person).xp == 100

    second = new_context()
    sign_in(second, person)
    other = opened(second.new_page(), 5)
    expect(other.locator("[data-lesson-uid][data-done]")).to_have_count(5)
    expect(other.locator("[data-bar] [data-field=lessons_done]")).to_have_text("5")


def test_undoing_the_claim_gives_the_lessons_back(quest, new_context):
    context = new_context()
    page = context.new_page()
    tick(opened(page, 0), 0)
    person = make_person("minji")
    sign_in(context, person)
    opened(page, 1)
    saved(page)
    page.locator("[data-claim=undo]").click()
    expect(page.locator("[data-lesson-uid][data-done]")).to_have_count(0)
    saved(page)
    assert lessons_of(person) == set()
    for _ in range(2):
        saved(opened(page, 2))
        expect(page.locator("[data-claim-box]")).to_be_hidden()
        expect(page.locator("[data-lesson-uid][data-done]")).to_have_count(0)
    assert lessons_of(person) == set()
    context.clear_cookies()
    expect(opened(page, 0).locator("[data-lesson-uid][data-done]")).to_have_count(1)


def test_two_tabs_lose_nothing_while_the_network_comes_and_goes(quest, new_context):
    person = make_person("minji")
    context = new_context()
    sign_in(context, person)
    one, two = opened(context.new_page(), 0), opened(context.new_page(), 1)
    context.set_offline(True)
    tick_elsewhere(one, [2, 3])
    tick_elsewhere(two, [4, 5])
    toggle(one, 0).click()
    toggle(two, 1).click()
    expect(one.locator("[data-save-state]")).to_have_attribute("data-kind", "waiting")
    context.set_offline(False)
    saved(one)
    saved(two)
    assert lessons_of(person) == {f"jax-{n:03d}" for n in range(6)}
    assert Standing.objects.get(learner=person).xp == 120
    expect(one.locator("[data-lesson-uid][data-done]")).to_have_count(6)


def test_accounts_in_one_browser_never_mix(quest, new_context):
    minji, jun = make_person("minji"), make_person("jun")
    context = new_context()
    sign_in(context, minji)
    page = context.new_page()
    tick(opened(page, 0), 0)
    saved(page)
    page.locator("details.menu[data-theme-url] summary").click()
    page.locator("[data-sign-out] button").click()
    page.locator("body:not([data-learner])").wait_for()
    assert stored(page, "op", "snap") == []
    tick(opened(page, 1), 1)

    sign_in(context, jun)
    opened(page, 2)
    expect(page.locator("[data-claim=ask]")).to_be_visible()
    expect(page.locator("[data-lesson-uid][data-done]")).to_have_count(0)
    page.locator("[data-claim=apart]").click()
    tick(page, 2)
    saved(page)
    assert (lessons_of(minji), lessons_of(jun)) == ({"jax-000"}, {"jax-002"})
    assert not Operation.objects.filter(lesson__uid="jax-001").exists()


def test_what_waits_at_sign_out_stays_for_its_own_account(quest, new_context):
    minji, jun = make_person("minji"), make_person("jun")
    context = new_context()
    sign_in(context, minji)
    page = opened(context.new_page(), 0)
    saved(page)
    page.route("**/progress/sync/", lambda route: route.abort())
    tick(page, 0)
    page.locator("details.menu[data-theme-url] summary").click()
    page.locator("[data-sign-out] button").click()
    page.locator("body:not([data-learner])").wait_for()
    page.unroute("**/progress/sync/")
    sign_in(context, jun)
    opened(page, 1)
    saved(page)
    assert not Operation.objects.exists()
    sign_in(context, minji)
    opened(page, 1)
    saved(page)
    expect(page.locator("[data-lesson-uid=jax-000][data-done]")).to_have_count(1)
    assert (lessons_of(minji), lessons_of(jun)) == ({"jax-000"}, set())


def test_a_crash_while_claiming_only_repeats_work(quest, new_context):
    context = new_context()
    page = context.new_page()
    tick(opened(page, 0), 0)
    tick_elsewhere(page, [1, 2])
    person = make_person("minji")
    # As if the browser was closed between copying the first key and deleting it.
    page.evaluate(
        """account => {
            const key = Object.keys(localStorage).find(key => key.startsWith("lp1|anon|op|"));
            localStorage.setItem(key.replace("anon", "u:" + account), localStorage.getItem(key));
        }""",
        person.public_id,
    )
    sign_in(context, person)
    opened(page, 3)
    saved(page)
    assert lessons_of(person) == {"jax-000", "jax-001", "jax-002"}
    assert Operation.objects.count() == 3
    assert Standing.objects.get(learner=person).xp == 60


def test_a_browser_that_stores_nothing_says_so(quest, new_context):
    context = new_context()
    context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') }"
    )
    page = opened(context.new_page(), 0)
    tick(page, 0)
    expect(page.locator("[data-save-state]")).to_have_text(
        page.locator("[data-save-state]").get_attribute("data-refused")
    )


def test_a_member_without_scripts_completes_and_undoes(quest, new_context):
    person = make_person("minji")
    context = new_context(java_script_enabled=False)
    sign_in(context, person)
    page = context.new_page()
    page.goto("/quests/jax/jax-000/")
    toggle(page, 0).click()
    assert lessons_of(person) == {"jax-000"}
    toggle(page, 0).click()
    assert lessons_of(person) == set()


def test_screen_readers_hear_when_saving_waits_and_when_it_goes_on(quest, new_context):
    context = new_context()
    sign_in(context, make_person("minji"))
    page = opened(context.new_page(), 0)
    saved(page)
    context.set_offline(True)
    toggle(page, 0).click()
    expect(page.locator("[data-announcer]")).to_contain_text("인터넷 연결을 기다리는 중")
    context.set_offline(False)
    expect(page.locator("[data-announcer]")).to_contain_text("계정에 저장")
