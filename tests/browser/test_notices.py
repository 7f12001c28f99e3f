"""Notices in a browser that can show them: subscribe, be shown, open, stop, change, sign out."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from accounts import registry
from accounts.models import MailPreference, Notification, PushSubscription
from accounts.push import keys
from tests.accounts.push_service import running
from tests.browser.conftest import FLAGS
from tests.browser.phone import CLICK, OFF, ON, Phone
from tests.browser.world import sign_in
from tests.factories import make_person, make_quest, verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
# The headless shell has no notifications.
WHOLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
LONGEST = 120_000  # milliseconds for a start on a busy machine
# Nor can the browser be made to replace its subscription: the event is made, and what follows real.
REPLACED = """({ endpoint, ...keys }) => new Promise((done) => {
  let asked;
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    asked = [userVisibleOnly, applicationServerKey];
    return { toJSON: () => ({ endpoint, keys }) };
  };
  const send = self.fetch;
  self.fetch = async (...request) => {
    const answer = await send(...request);
    if (request[1]?.method === "POST") done(asked);
    return answer;
  };
  self.dispatchEvent(new ExtendableEvent("pushsubscriptionchange"));
})"""


@pytest.fixture(autouse=True)
def _on(settings, monkeypatch):
    settings.PUSH_KEY = keys.new_key()
    monkeypatch.setitem(
        registry.kinds, "reply", registry.Kind("reply", "답글", registry.unchanged, push=True)
    )


@pytest.fixture
def service(monkeypatch):
    with running(monkeypatch) as found:
        yield found


@pytest.fixture
def minji(transactional_db):
    """Minji, in a site with a lesson, without quiet hours."""
    make_quest(lessons=1)
    return verify(make_person("minji", time_zone_confirmed=True, quiet_from=0, quiet_until=0))


@pytest.fixture(scope="module")
def whole(chromium):
    """A browser with notifications."""
    if WHOLE is None:
        pytest.skip("Chromium is not installed (apt install chromium)")
    browser = chromium.browser_type.launch(executable_path=WHOLE, args=FLAGS, timeout=LONGEST)
    yield browser
    browser.close()


@pytest.fixture
def new_phone(whole, live_server, service, minji):
    """`new_phone(name)`: a browser of Minji's; where notices are allowed it subscribed."""
    base = live_server.url.replace("127.0.0.1", "localhost")
    contexts = []

    def make(name: str, *, allowed: bool = True) -> Phone:
        context = whole.new_context(locale="ko-KR", timezone_id="Asia/Seoul", base_url=base)
        contexts.append(context)
        context.grant_permissions(["notifications"] if allowed else [], origin=base)
        sign_in(context, minji, base)
        made = Phone(context, service, name)
        made.opened()
        if allowed:
            made.turn(ON, OFF)
        return made

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(new_phone):
    """One of them."""
    return new_phone("phone")


def test_a_notice_is_shown_once_and_a_tap_stops_its_kind(phone, minji, monkeypatch):
    row = PushSubscription.objects.get()
    assert (row.learner, row.endpoint) == (minji, phone.devices[0].endpoint)
    expect(phone.page.locator("[data-here]")).to_be_visible()
    told = phone.push(minji, "reply:1", "「텐서」 레슨을 이어서 볼까요?")
    [notice] = phone.shows("「텐서」 레슨을 이어서 볼까요?")
    assert notice == {
        "title": "C.W.K.", "body": told.text, "tag": f"n-{told.pk}", "lang": "ko",
        "actions": ["그만 받기"], "url": f"/notifications/{told.pk}/",
    }  # fmt: skip
    phone.receive()
    phone.shows(told.text)
    phone.worker.evaluate(CLICK, "stop")
    phone.shows("이 알림은 이제 띄우지 않아요. 설정에서 다시 켤 수 있어요.")
    assert MailPreference.objects.get(kind="reply").push is False


def test_opening_a_notice_leads_to_what_it_is_about_and_marks_it_as_read(phone, minji):
    told = phone.push(minji, "reply:1", "이어서 볼까요?")
    phone.shows(told.text)
    phone.worker.evaluate(CLICK, "")
    expect(phone.page).to_have_url(re.compile("/levels/$"))
    phone.shows()
    assert Notification.objects.get().read_at


def test_what_was_read_elsewhere_leaves_with_the_next_notice_and_page(phone, minji):
    first = phone.push(minji, "reply:1", "하나")
    second = phone.push(minji, "reply:2", "둘")
    phone.shows("하나", "둘")
    Notification.objects.filter(pk=first.pk).mark_read()
    phone.opened("/levels/")
    phone.shows("둘")
    Notification.objects.filter(pk=second.pk).mark_read()
    phone.push(minji, "reply:3", "셋")
    phone.shows("셋")


def test_one_notice_on_three_devices_is_one_notice_read(new_phone, minji):
    devices = [new_phone(name) for name in ("phone", "tablet", "laptop")]
    told = devices[0].push(minji, "reply:1", "하나")
    for other in devices[1:]:
        other.receive()
    for each in devices:
        [notice] = each.shows("하나")
        assert notice["tag"] == f"n-{told.pk}"
    devices[1].worker.evaluate(CLICK, "")
    devices[1].shows()
    expect(devices[1].page).to_have_url(re.compile("/levels/$"))
    assert not Notification.objects.unread().exists()
    for other in (devices[0], devices[2]):
        other.opened("/levels/")
        other.shows()


def test_a_subscription_that_the_browser_replaced_is_told_to_the_site(phone, minji):
    asked = phone.worker.evaluate(REPLACED, phone.fields[1])
    row = PushSubscription.objects.get(endpoint=phone.devices[1].endpoint)
    assert (row.learner, row.p256dh) == (minji, phone.fields[1]["p256dh"])
    assert asked == [True, keys.public_key()]


def test_signing_out_takes_notices_and_subscription_along(phone, minji):
    phone.push(minji, "reply:1", "하나")
    phone.shows("하나")
    page = phone.opened("/accounts/logout/")
    page.locator("main form[action$='/accounts/logout/'] button").click()
    expect(page.locator("body[data-learner]")).to_have_count(0)
    phone.shows()
    assert page.evaluate("localStorage.getItem('subscribed')") is None


def test_a_browser_gives_it_up_and_takes_it_up_again(phone, minji):
    phone.turn(OFF, ON)
    assert not PushSubscription.objects.exists()
    phone.turn(ON, OFF)
    assert PushSubscription.objects.get().endpoint == phone.devices[1].endpoint


def test_a_browser_that_was_taken_out_of_the_list_can_come_back(phone, minji):
    phone.page.get_by_role("button", name="모든 기기에서 끄기").click()
    expect(phone.page.get_by_role("button", name=ON, exact=True)).to_be_visible()
    phone.turn(ON, OFF)
    assert PushSubscription.objects.get().endpoint == phone.devices[1].endpoint


def test_another_key_of_the_site_asks_the_browser_again(phone, minji, settings):
    settings.PUSH_KEY = keys.new_key()
    phone.opened()
    phone.turn(ON, OFF)
    assert PushSubscription.objects.filter(endpoint=phone.devices[1].endpoint).exists()


def test_a_browser_that_may_show_none_says_so(new_phone):
    page = new_phone("phone", allowed=False).page
    page.get_by_role("button", name=ON, exact=True).click()
    expect(page.locator("[data-push-said]")).to_contain_text("브라우저가 알림을 막고 있어요")
    assert not PushSubscription.objects.exists()
