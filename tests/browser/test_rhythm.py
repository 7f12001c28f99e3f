"""Goal, following, coming back to a lesson and notices, as somebody uses them."""

import pytest
from playwright.sync_api import expect

from accounts.models import Notification, PushSubscription
from accounts.push import keys
from course.models import Completion, LessonReminder, QuestFollow, Rhythm
from course.rhythm.choosing import Chosen, choose
from tests.accounts.push_service import Device
from tests.browser.gate import Watch, faults_of
from tests.browser.world import sign_in
from tests.factories import make_person, make_quest, verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def lessons(transactional_db):
    """Three lessons."""
    return make_quest(lessons=3)[1]


@pytest.fixture
def minji(lessons):
    """Minji, who has just come."""
    return verify(make_person("minji", display_name="민지", time_zone_confirmed=True))


@pytest.fixture
def open_signed_in(new_context, live_server, minji):
    """`open_signed_in(js=True)`: a page of Minji's browser."""

    def make(*, js: bool = True):
        context = new_context(java_script_enabled=js)
        sign_in(context, minji, live_server.url.replace("127.0.0.1", "localhost"))
        return context.new_page()

    return make


@pytest.mark.parametrize("js", [True, False], ids=["with", "without"])
def test_a_goal_is_chosen_and_reached(open_signed_in, lessons, js):
    page = open_signed_in(js=js)
    page.goto("/")
    page.get_by_role("link", name="하루 목표 정하기").click()
    page.get_by_label("레슨", exact=True).check()
    page.get_by_label("얼마나").fill("1")
    page.get_by_label("알림 시각").select_option("20")
    page.get_by_role("button", name="저장").click()
    expect(page.get_by_text("저장했어요", exact=False).first).to_be_visible()
    expect(page.locator(".header")).to_contain_text("0/1")
    assert Rhythm.objects.get().remind_hour == 20
    page.goto("/quests/jax/jax-000/")
    page.locator("#progress [data-toggle]").click()
    expect(page.locator("#progress [data-progress-toggle]")).to_have_attribute("data-done", "true")
    # With a script the page is ahead of the server, and hears from it how far one is.
    expect(page.locator(".header")).to_contain_text("오늘 목표를 이뤘어요")
    assert Completion.objects.filter(done=True).exists()
    page.goto("/")
    expect(page.locator("#today")).to_contain_text("오늘 목표를 이뤘어요")


@pytest.fixture
def goal(minji):
    """Minji's goal of two lessons, with the header's words for it."""
    choose(learner=minji, chosen=Chosen("lessons", 2))

    def shown(page, words: str) -> None:
        expect(page.locator(".header [data-goal=said]")).to_have_text(words)

    return shown


def mark(page, slug: str) -> None:
    """Complete a lesson or take that back."""
    page.goto(f"/quests/jax/{slug}/")
    expect(page.locator("html[data-progress=ready]")).to_have_count(1)
    page.locator("#progress [data-toggle]").click()


def test_the_header_counts_on_the_page_itself_there_and_back(open_signed_in, goal):
    page = open_signed_in()
    mark(page, "jax-000")
    goal(page, "오늘 목표: 2 중 1")
    expect(page.locator(".header [data-goal=short]")).to_have_text("1/2")
    page.locator("#progress [data-toggle]").click()
    goal(page, "오늘 목표: 2 중 0")
    mark(page, "jax-000")
    goal(page, "오늘 목표: 2 중 1")
    mark(page, "jax-001")
    goal(page, "오늘 목표를 이뤘어요")
    expect(page.locator("[data-announcer]")).to_contain_text("오늘 목표를 이뤘어요")


def test_a_page_that_is_open_beside_it_counts_along(open_signed_in, goal):
    page = open_signed_in()
    page.goto("/")
    expect(page.locator("html[data-progress=ready]")).to_have_count(1)
    goal(page, "오늘 목표: 2 중 0")
    beside = page.context.new_page()
    mark(beside, "jax-000")
    goal(beside, "오늘 목표: 2 중 1")
    goal(page, "오늘 목표: 2 중 1")
    expect(page.locator("#today")).to_contain_text("오늘 레슨 2개 중 1개")
    assert page.locator("#today progress").evaluate("each => [each.value, each.max]") == [1, 2]


def test_following_and_coming_back_need_no_script(open_signed_in, lessons):
    page = open_signed_in(js=False)
    page.goto("/quests/jax/")
    page.get_by_role("button", name="다음 챕터가 열리면 알려 주세요").click()
    expect(page.get_by_role("button", name="그만 받기")).to_be_visible()
    assert QuestFollow.objects.count() == 1
    page.goto("/quests/jax/jax-001/")
    page.get_by_text("나중에 이어서 하도록 알려 주세요").click()
    page.get_by_role("button", name="사흘 뒤").click()
    expect(page.locator("#finish")).to_contain_text("알려 드릴게요")
    assert LessonReminder.objects.count() == 1
    page.get_by_role("button", name="안 받을래요").click()
    expect(page.get_by_text("나중에 이어서 하도록 알려 주세요")).to_be_visible()
    assert not LessonReminder.objects.exists()


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["ko", "en"])
def test_the_pages_of_rhythm_and_notices_have_no_fault(open_signed_in, minji, settings, prefix):
    settings.PUSH_KEY = keys.new_key()
    PushSubscription.objects.create(
        learner=minji, browser="Mozilla/5.0 (Linux; Android 14) Chrome/140", **Device("a").fields
    )
    page = open_signed_in()
    watch = Watch(page)
    paths = ["/settings/push/", "/settings/rhythm/", "/", "/quests/jax/", "/quests/jax/jax-001/"]
    found = [fault for path in paths for fault in faults_of(page, prefix + path, watch)]
    assert not found, "\n".join(found)


# The headless shell has no notifications: what the worker would show and close is noted instead.
NOTED = """() => {
  self.shown = []; self.closed = [];
  ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
    self.shown.push({ ...options, close() { self.closed.push(options.tag); } });
  };
  ServiceWorkerRegistration.prototype.getNotifications = async () =>
    self.shown.filter((each) => !self.closed.includes(each.tag));
}"""
PUSHED = """(notice) => {
  self.dispatchEvent(new PushEvent("push", { data: JSON.stringify(notice) }));
}"""


def notice_of(row) -> dict:
    return {
        "id": row.pk, "tag": f"n-{row.pk}", "title": "C.W.K.", "body": row.text, "lang": "ko",
        "url": f"/notifications/{row.pk}/", "stop": "/push/stop/x/", "stop_label": "그만 받기",
        "stopped": "꺼졌어요",
    }  # fmt: skip


def test_the_worker_shows_a_notice_and_closes_what_was_read_elsewhere(open_signed_in, minji):
    told = [
        Notification.objects.create(
            learner=minji, key=f"k:{number}", kind="reply", text=f"글 {number}", url="/"
        )
        for number in range(2)
    ]
    page = open_signed_in()
    with page.context.expect_event("serviceworker") as registered:
        page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    worker = registered.value
    worker.evaluate(NOTED)
    # The notice and the page both look after what was read, so it may be closed twice.
    state = "[self.shown.length, [...new Set(self.closed)]]"
    for row, shown, closed in ((told[0], 1, []), (told[1], 2, [f"n-{told[0].pk}"])):
        worker.evaluate(PUSHED, notice_of(row))
        for _time in range(600):
            if worker.evaluate(state) == [shown, closed]:
                break
            page.wait_for_timeout(50)
        assert worker.evaluate(state) == [shown, closed]
        Notification.objects.filter(pk=row.pk).mark_read()
    assert worker.evaluate("self.shown[1].actions[0].title") == "그만 받기"


# The headless shell has no push service: what became of a subscription is noted instead.
SUBSCRIBED = """() => {
  const subscription = { unsubscribe: async () => localStorage.setItem("unsubscribed", "yes") };
  const notice = { close: () => localStorage.setItem("closed", "yes") };
  ServiceWorkerContainer.prototype.getRegistration = async () => ({
    getNotifications: async () => [notice],
    pushManager: { getSubscription: async () => subscription },
  });
}"""


def test_signing_out_ends_the_notices_of_this_device(open_signed_in):
    page = open_signed_in()
    page.goto("/accounts/logout/", wait_until="networkidle")
    page.evaluate(SUBSCRIBED)
    with page.expect_navigation():
        page.locator("main form[action$='/accounts/logout/'] button").click()
    expect(page.locator("body[data-learner]")).to_have_count(0)
    kept = page.evaluate("[localStorage.getItem('unsubscribed'), localStorage.getItem('closed')]")
    assert kept == ["yes", "yes"]
