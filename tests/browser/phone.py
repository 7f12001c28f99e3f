"""A browser that can show notices, and what takes the place of its push service.

PushManager alone is replaced: it hands out the subscription of a device whose keys the test has.
The site encrypts for it and sends to a push service on this machine; what the device decrypts there
is delivered to the browser's worker.
"""

import json

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Notification, PushSubscription
from accounts.notifications import notify
from accounts.push.delivery import push_due
from tests.accounts.push_service import Device, Service
from tests.factories import make_notice

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


class Phone:
    """A browser of Minji's, and the devices as which it subscribes, one after the other."""

    def __init__(self, context, service: Service, name: str) -> None:
        self.context, self.service = context, service
        self.devices = [Device(f"{name}-{number}") for number in range(2)]
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

    def receive(self) -> None:
        """Let the browser have what the push service got for it last."""
        endpoints = PushSubscription.objects.values_list("endpoint", flat=True)
        [device] = [each for each in self.devices if each.endpoint in endpoints]
        self.deliver(self.service.got(device)[-1])

    def push(self, learner, key: str, text: str) -> Notification:
        """Tell the learner something, and bring it all the way to this browser."""
        notify(make_notice(learner, key, text=text, url="/levels/"))
        Notification.objects.filter(key=key).update(push_at=timezone.now())
        assert push_due() == 1
        self.receive()
        return Notification.objects.get(key=key)
