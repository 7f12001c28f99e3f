"""Web push: subscribe, deliver encrypted to known services alone, quiet hours, stop, read once."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import registry
from accounts.export import account
from accounts.models import MailPreference, Notification, PushSubscription, User
from accounts.notifications import notify
from accounts.push import keys
from accounts.push.delivery import push_due
from accounts.push.devices import MOST, subscribe
from accounts.push.services import host_of
from tests.accounts.push_service import Device, running
from tests.factories import make_notice

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 29, 12, tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.fixture(autouse=True)
def _on(settings):
    settings.PUSH_KEY = keys.new_key()
    registry.register_kind("reply", "Replies", push=True)
    registry.register_kind("mention", "Mentions")


@pytest.fixture
def clock(monkeypatch):
    """Sets the time of the whole site."""

    def set_to(now: datetime) -> datetime:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now.astimezone(UTC))
        return now

    set_to(NOON)
    return set_to


@pytest.fixture
def service(monkeypatch):
    with running(monkeypatch) as found:
        yield found


def browser_of(who, device: Device) -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/140"})
    client.force_login(who)
    assert client.post("/settings/push/subscribe/", device.fields).status_code == 204
    return client


def tell(learner, key="comment:1", **fields) -> Notification:
    """A notification whose push is due."""
    notify(make_notice(learner, key, **fields))
    Notification.objects.filter(key=key).update(push_at=timezone.now())
    return Notification.objects.get(learner=learner, key=key)


def test_every_device_gets_it_and_can_read_it(learner, service, clock):
    phone, laptop = Device("phone"), Device("laptop", "updates.push.services.mozilla.com")
    for device in (phone, laptop):
        browser_of(learner, device)
    row = tell(learner, text="준님이 답글을 남겼어요")
    assert push_due() == 1
    [on_phone], [on_laptop] = service.got(phone), service.got(laptop)
    assert on_phone == on_laptop
    assert on_phone["body"] == "준님이 답글을 남겼어요"
    assert (on_phone["tag"], on_phone["url"]) == (f"n-{row.pk}", f"/notifications/{row.pk}/")
    for _host, _path, headers, body in service.came:
        assert headers["content-encoding"] == "aes128gcm"
        assert "vapid" in headers["authorization"]
        assert headers["topic"] == f"n-{row.pk}"
        assert "답글".encode() not in body
    assert push_due() == 0


def test_nothing_is_pushed_without_a_key(learner, service, clock, settings):
    settings.PUSH_KEY = ""
    notify(make_notice(learner, "comment:1"))
    assert Notification.objects.get().push_at is None
    client = Client()
    client.force_login(learner)
    assert client.get("/settings/push/").status_code == 404
    assert client.post("/settings/push/subscribe/", Device("a").fields).status_code == 404
    assert "settings/push" not in client.get("/settings/preferences/").text
    assert push_due() == 0


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/wp/a",
        "https://evil.example/wp/a",
        "https://fcm.googleapis.com.evil.example/a",
        "https://evil.example/?https://fcm.googleapis.com/",
        "https://fcm.googleapis.com:8443/a",
        "https://fcm.googleapis.com@evil.example/a",
        "https://evil.example#@fcm.googleapis.com/a",
        "https://fcm.googleapis.com\\@evil.example/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://notify.windows.com.evil.example/a",
        "https://evilnotify.windows.com.example/",
        "https://fcm.googleapis.com/a\nb",
        "https://FCM.googleapis.com/a",
        "https://fcm.googleapis.com",
        "file:///etc/passwd",
        "",
        "https://fcm.googleapis.com/" + "a" * 2000,
    ],
)
def test_no_other_host_can_be_subscribed(learner, endpoint):
    client = Client()
    client.force_login(learner)
    fields = {**Device("a").fields, "endpoint": endpoint}
    assert client.post("/settings/push/subscribe/", fields).status_code == 400
    assert not PushSubscription.objects.exists()


def test_the_services_of_the_known_browsers_are_known():
    for host in ("fcm.googleapis.com", "jmt17.google.com", "updates.push.services.mozilla.com",
                 "web.push.apple.com", "api.push.apple.com",
                 "wns2-par02p.notify.windows.com"):  # fmt: skip
        assert host_of(f"https://{host}/w/?token=a%2b") == host


@pytest.mark.parametrize("broken", [{"p256dh": "x"}, {"auth": "!"}, {"auth": ""}, {"p256dh": "가"}])
def test_keys_that_are_none_are_refused(learner, broken):
    client = Client()
    client.force_login(learner)
    answer = client.post("/settings/push/subscribe/", {**Device("a").fields, **broken})
    assert answer.status_code == 400


def test_a_host_that_got_into_the_table_is_not_called(learner, service, clock):
    browser_of(learner, Device("a"))
    PushSubscription.objects.update(endpoint="https://evil.example/a")
    tell(learner)
    assert push_due() == 0
    assert service.asked == []
    assert not PushSubscription.objects.exists()


def test_a_redirect_is_not_followed(learner, service, clock):
    browser_of(learner, Device("a"))
    service.answers["/wp/a"] = 307
    tell(learner)
    assert push_due() == 0
    assert service.asked == ["https://fcm.googleapis.com/wp/a"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten_and_the_others_stay(learner, service, clock, status):
    browser_of(learner, Device("old"))
    phone = Device("phone")
    browser_of(learner, phone)
    service.answers["/wp/old"] = status
    tell(learner)
    assert push_due() == 1
    assert PushSubscription.objects.get().endpoint == phone.endpoint


def test_a_service_that_fails_is_asked_again_for_an_hour(learner, service, clock):
    phone = Device("phone")
    browser_of(learner, phone)
    service.answers["/wp/phone"] = 500
    tell(learner)
    assert push_due() == 0
    service.answers.clear()
    clock(NOON + timedelta(minutes=6))
    assert push_due() == 1
    assert len(service.came) == 2


def test_what_was_read_or_is_not_wanted_is_not_pushed(learner, service, clock):
    browser_of(learner, Device("a"))
    Notification.objects.filter(pk=tell(learner).pk).mark_read()
    assert Notification.objects.get().push_at is None
    tell(learner, "comment:2", kind="mention")
    assert push_due() == 0
    assert service.came == []


def test_quiet_hours_wait_for_the_morning(learner, service, clock):
    phone = Device("phone")
    browser_of(learner, phone)
    clock(NOON.replace(hour=23))
    tell(learner)
    assert push_due() == 0
    clock(NOON.replace(hour=8) + timedelta(days=1))
    assert push_due() == 1
    assert len(service.got(phone)) == 1


def test_one_tap_stops_a_kind_and_the_settings_bring_it_back(learner, service, clock):
    phone = Device("phone")
    client = browser_of(learner, phone)
    tell(learner)
    push_due()
    stop = service.got(phone)[0]["stop"]
    assert Client(enforce_csrf_checks=True).get(stop).status_code == 405
    assert Client(enforce_csrf_checks=True).post(stop).status_code == 204
    assert Client().post("/push/stop/nobody/").status_code == 404
    tell(learner, "comment:2")
    assert push_due() == 0
    client.post("/settings/push/", {"kind": ["reply", "nonsense"]})
    tell(learner, "comment:3")
    assert push_due() == 1
    assert MailPreference.objects.get(kind="reply").choice == "immediate"


def test_one_notice_on_three_devices_is_read_once(learner, other_learner, service, clock):
    devices = [Device(name) for name in ("phone", "tablet", "laptop")]
    browsers = [browser_of(learner, device) for device in devices]
    first, second = tell(learner), tell(learner, "comment:2")
    assert push_due() == 2
    for device in devices:
        got = [(each["id"], each["tag"]) for each in service.got(device)]
        assert sorted(got) == [(row.pk, f"n-{row.pk}") for row in (first, second)]
    theirs = tell(other_learner)
    ask = f"/push/unread.json?ids={first.pk},{second.pk},{theirs.pk},x,{'9' * 30}"
    for each in browsers:
        assert each.get(ask).json() == {"unread": [first.pk, second.pk]}
    browsers[0].get(f"/notifications/{first.pk}/")
    for each in browsers:
        assert each.get(ask).json() == {"unread": [second.pk]}
    assert Client().get(ask).status_code == 403


def test_a_browser_belongs_to_who_used_it_last(learner, other_learner):
    device = Device("shared")
    browser_of(learner, device)
    browser_of(other_learner, device)
    assert PushSubscription.objects.get().learner == other_learner


def test_devices_can_be_forgotten_one_by_one_or_all(learner, other_learner):
    mine = [Device(f"d{number}") for number in range(3)]
    for device in mine:
        client = browser_of(learner, device)
    browser_of(other_learner, Device("theirs"))
    assert "Chrome · Android" in client.get("/settings/push/").text
    number = PushSubscription.objects.filter(learner=learner).first().pk
    theirs = PushSubscription.objects.get(learner=other_learner).pk
    for given in ({"device": number}, {"device": theirs}, {"endpoint": mine[1].endpoint}, {}):
        client.post("/settings/push/forget/", given)
    assert PushSubscription.objects.filter(learner=learner).count() == 1
    client.post("/settings/push/forget/", {"all": "1"})
    assert PushSubscription.objects.get().learner == other_learner


def test_old_devices_leave(learner):
    for number in range(MOST + 3):
        subscribe(learner=learner, browser="", **Device(f"d{number}").fields)
    assert PushSubscription.objects.count() == MOST
    assert not PushSubscription.objects.filter(endpoint__endswith="/d0").exists()


def test_the_command_makes_a_key_that_works(capsys, settings):
    call_command("push_key")
    settings.PUSH_KEY = capsys.readouterr().out.strip().removeprefix("PUSH_KEY=")
    assert len(keys.public_key()) == 87


def test_a_wrong_key_is_refused_at_the_start(settings):
    from accounts.checks import push_key_works

    assert push_key_works(None) == []
    settings.PUSH_KEY = "nonsense"
    assert [each.id for each in push_key_works(None)] == ["accounts.E003"]


def test_the_export_names_devices_without_their_secrets_and_erasure_forgets_them(learner):
    device = Device("a")
    browser_of(learner, device)
    text = json.dumps(account(learner), default=str)
    assert "fcm.googleapis.com" in text
    assert device.fields["auth"] not in text
    assert device.endpoint not in text
    User.objects.get(pk=learner.pk).delete()
    assert not PushSubscription.objects.exists()
