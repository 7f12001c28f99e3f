"""Notices in a browser that can show them: subscribe, be shown, open, stop, change, sign out.

The browser's own push service is out of reach, so PushManager alone is replaced: it hands out the
subscription of a device whose keys the test has. The site encrypts for it and sends to a push
service on this machine; what the device decrypts there is delivered to the browser's worker.
"""

import json
import re
import shutil

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts import registry
from accounts.models import MailPreference, Notification, PushSubscription
from accounts.notifications import notify
from accounts.push import keys, sending
from accounts.push.delivery import push_due
from tests.accounts.push_service import Device, Service, session_to, start
from tests.browser.conftest import FLAGS
from tests.browser.world import sign_in
from tests.factories import make_notice, make_person, make_quest, verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
# The headless shell has no notifications.
WHOLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
LONGEST = 120_000  # milliseconds for a start on a busy machine
ON, OFF = "이 브라우저에서 받기", "이 브라우저에서 끄기"
# `made` counts: each subscription that was given up is followed by another one.
PUSH_MANAGER = """(devices) => {
  const made = () => Number(localStorage.getItem("made") ?? 0);
  const refuse = (name) => { throw new DOMException("no", name); };
  const current = () => {
    const key = JSON.parse(localStorage.getItem("subscribed"));
    if (!key) return null;
    const { endpoint, ...keys } = devices[made() - 1];
    const options = { applicationServerKey: new Uint8Array(key).buffer };
    const unsubscribe = async () => { localStorage.removeItem("subscribed"); return true; };
    return { endpoint, options, unsubscribe, toJSON: () => ({ endpoint, keys }) };
  };
  PushManager.prototype.getSubscription = async () => current();
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || Notification.permission !== "granted") refuse("NotAllowedError");
    if (current()) refuse("InvalidStateError");  // as browsers do when the key is another one
    localStorage.setItem("made", made() + 1);
    localStorage.setItem("subscribed", JSON.stringify([...new Uint8Array(applicationServerKey)]));
    return current();
  };
}"""
# By the worker's own turns: a list that is read while a notice is shown loses it.
SHOWN = """() => listNotices().then((all) => all.map(
  ({ title, body, tag, lang, actions, data }) =>
    ({ title, body, tag, lang, actions: actions.map((each) => each.title), url: data?.url })))"""
# A click cannot be made without a desktop: the event is, with the notification that is shown.
CLICK = """async (action) => {
  const [notification] = await listNotices();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
}"""
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
    """The push services of the world, on this machine."""
    found = Service()
    server = start(found)
    monkeypatch.setattr(sending, "new_session", lambda: session_to(found, sending.NoRedirects()))
    yield found
    server.shutdown()
    server.server_close()


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


class Phone:
    """A browser of Minji's, and the devices as which it subscribes, one after the other."""

    def __init__(self, context, service: Service) -> None:
        self.context, self.service = context, service
        self.devices = [Device(name) for name in ("first", "second")]
        context.add_init_script(f"({PUSH_MANAGER})({json.dumps(self.fields)})")
        self.page = context.new_page()

    @property
    def fields(self) -> list[dict[str, str]]:
        return [device.fields for device in self.devices]

    def opened(self, path: str = "/settings/push/"):
        """The page, with the worker in charge of it."""
        self.page.goto(path, wait_until="networkidle")
        return self.page

    def turn(self, button: str, then: str) -> None:
        """Press one button of the settings and wait for the other."""
        self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.page.get_by_role("button", name=then, exact=True)).to_be_visible()

    @property
    def worker(self):
        return self.context.service_workers[0]

    def shown(self) -> list[dict]:
        return self.worker.evaluate(SHOWN)

    def shows(self, *bodies: str) -> list[dict]:
        """Wait until exactly these notices are shown."""
        for _time in range(600):
            found = self.shown()
            if sorted(each["body"] for each in found) == sorted(bodies):
                return found
            self.page.wait_for_timeout(50)
        pytest.fail(f"shown are {self.shown()}, not {bodies}")

    def deliver(self, payload: dict) -> None:
        """Let the browser receive a push: the worker's own `push` event."""
        tools = self.context.new_cdp_session(self.page)
        found: list[dict] = []
        tools.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: found.extend(event["registrations"]),
        )
        tools.send("ServiceWorker.enable")
        for _time in range(600):
            if found:
                break
            self.page.wait_for_timeout(50)
        scope = found[0]["scopeURL"]
        tools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": scope.rstrip("/"),
                "registrationId": found[0]["registrationId"],
                "data": json.dumps(payload),
            },
        )
        tools.detach()

    def push(self, learner, key: str, text: str) -> Notification:
        """Tell the learner something, and bring it all the way to this browser."""
        notify(make_notice(learner, key, text=text, url="/levels/"))
        Notification.objects.filter(key=key).update(push_at=timezone.now())
        assert push_due() == 1
        current = PushSubscription.objects.get(learner=learner).endpoint
        [device] = [each for each in self.devices if each.endpoint == current]
        self.deliver(self.service.got(device)[-1])
        return Notification.objects.get(key=key)


@pytest.fixture
def phone(whole, live_server, service, minji):
    """Minji's phone, which may show notices and subscribed."""
    base = live_server.url.replace("127.0.0.1", "localhost")
    context = whole.new_context(locale="ko-KR", timezone_id="Asia/Seoul", base_url=base)
    context.grant_permissions(["notifications"], origin=base)
    sign_in(context, minji, base)
    made = Phone(context, service)
    made.opened()
    made.turn(ON, OFF)
    yield made
    context.close()


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
    phone.deliver(phone.service.got(phone.devices[0])[-1])
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
