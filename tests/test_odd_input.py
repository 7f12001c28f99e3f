"""Unusual input to accounts, progress and XP is rejected or ignored, never a 500."""

import json
import uuid
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client

from course.models import Operation
from tests.accounts.test_settings import sign_in
from tests.course.progress.browser import envelope, op
from tests.factories import make_quest, verify

pytestmark = pytest.mark.django_db
TEXTS = ["\x00", "a\x00@example.com", "\ud800", "x" * 100_000, "²", "'\"<>", "1" * 40, "\r\nX: y"]
VALUES: list[object] = [
    "\x00",
    "\ud800",
    None,
    True,
    -1,
    2**70,
    1.5,
    [],
    {},
    ["\x00"],
    "2026-01-01",
    10**400,
]
GOOD = {
    "email": "a@example.com",
    "login": "minji@example.com",
    "password1": "stars-over-seoul-7",
    "password2": "stars-over-seoul-7",
    "handle": "minji",
    "language": "ko",
    "theme": "auto",
    "time_zone": "Asia/Seoul",
    "action": "complete",
    "back": "achievements",
    "revision": "0",
}
OF_A_MEMBER = {
    "/notifications/read/": ["page"],
    "/settings/profile/": ["handle", "display_name", "profile_public", "profile_sections"],
    "/settings/preferences/": ["language", "theme", "time_zone"],
    "/settings/mail/": ["reply"],
    "/settings/theme/": ["theme"],
    "/settings/time-zone/": ["time_zone", "next"],
    "/settings/delete/": ["comments"],
    "/xp/preferences/": ["streak_unit", "on_leaderboard", "back"],
    "/progress/mark/jax-000/": ["action", "part"],
    "/progress/answers/jax-000/": ["body", "revision"],
    "/accounts/email/": ["email"],
    "/accounts/password/change/": ["oldpassword", "password1"],
    "/accounts/2fa/totp/activate/": ["code"],
    "/accounts/2fa/webauthn/add/": ["credential", "name"],
    "/accounts/reauthenticate/": ["password", "next"],
}
OF_ANYBODY = {
    "/accounts/signup/": ["email", "password1", "time_zone", "next"],
    "/accounts/signup/passkey/": ["email"],
    "/accounts/login/": ["login", "password", "next"],
    "/accounts/login/code/": ["email", "next"],
    "/accounts/password/reset/": ["email"],
    "/accounts/2fa/webauthn/login/": ["credential"],
}
ADDRESSES = [
    "/u/{}/",
    "/mail/stop/{}/",
    "/notifications/{}/",
    "/settings/sessions/{}/end/",
    "/quests/{}/start-over/",
    "/notifications/?page={}",
    "/xp/?before={}",
    "/accounts/login/?next={}",
    "/accounts/signup/?email={}",
    "/tags/{}/",
    "/stream/?after={}",
    "/stream/?after=2026-01-01T00:00:00%2B00:00~{}",
    "/stream/?after={}~1",
    "/search/?q=a&page={}",
    "/preview/{}/",
    "/media/{}",
]
MOMENTS = [
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00-14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59+14:00",
    "2026-01-01T00:00:00+23:59",
    "2026-13-45T00:00:00Z",
]
OF_AN_AUTHOR = [
    "/admin/course/lesson/{}/change/",
    "/admin/course/lesson/{}/history/",
    "/admin/course/quest/{}/history/",
    "/admin/course/quest/{}/change/",
]


@pytest.fixture(autouse=True)
def _no_limits(settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = False
    for name in ("SYNCS_A_MINUTE", "EVALUATIONS_A_MINUTE"):
        monkeypatch.setattr(f"course.pages.progress_api.{name}", 10**9)


@pytest.fixture
def member(learner):
    """Minji with a verified address."""
    return verify(learner)


@pytest.fixture
def quest(db):
    return make_quest(lessons=1)[0]


def encoded(text: str) -> str:
    """As no browser would send it, lone surrogates included."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def post_form(client: Client, url: str, fields: dict[str, str]):
    body = "&".join(f"{name}={encoded(text)}" for name, text in fields.items())
    return client.post(url, body.encode(), content_type="application/x-www-form-urlencoded")


def failures(client: Client, url: str, names: list[str]) -> list[tuple[str, str]]:
    """Which field with which text the address can't stand."""
    found = []
    for name in names:
        for text in TEXTS:
            fields = {other: GOOD.get(other, "x") for other in names} | {name: text}
            if post_form(client, url, fields).status_code >= 500:
                found.append((name, text[:20]))
            cache.clear()
    return found


@pytest.mark.parametrize("url", OF_A_MEMBER)
def test_forms_of_members_stand_any_text(member, quest, url):
    client = sign_in(Client(raise_request_exception=False))
    assert failures(client, url, OF_A_MEMBER[url]) == []


@pytest.mark.parametrize("url", OF_ANYBODY)
def test_forms_of_anybody_stand_any_text(member, url):
    assert failures(Client(raise_request_exception=False), url, OF_ANYBODY[url]) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_stand_any_text(member, address):
    strangers, members = Client(raise_request_exception=False), Client()
    sign_in(members)
    members.raise_request_exception = False
    for text in TEXTS:
        url = address.format(encoded(text[:2000]))
        for client in (strangers, members):
            assert client.get(url).status_code < 500, text[:20]
            assert client.post(url).status_code < 500, text[:20]


@pytest.mark.parametrize("said", MOMENTS)
def test_any_moment_is_a_page_or_leads_to_one(quest, said):
    client = Client(raise_request_exception=False)
    lesson = quest.lessons.get()
    changes = f"{lesson.get_absolute_url()}changes/?since={encoded(said)}"
    assert client.get(changes).status_code in (200, 302)
    assert client.get(f"/stream/?after={encoded(said)}~1").status_code == 200


@pytest.mark.parametrize("address", OF_AN_AUTHOR)
def test_addresses_of_authors_stand_any_text(staff, quest, address):
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    for text in TEXTS:
        url = address.format(encoded(text[:200]))
        assert client.get(url).status_code < 500, text[:20]


@pytest.mark.parametrize("text", TEXTS)
def test_a_lesson_in_a_chapter_that_is_none_is_refused(staff, quest, text):
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    url = f"/admin/course/quest/{quest.pk}/lessons/"
    fields = {"chapter": text, "slug": "new", "title_ko": "새 글", "title_en": "New"}
    assert post_form(client, url, fields).status_code == 422


def spoilt(body: dict):
    """The body with each of its values, and each value of its operations, replaced."""
    for value in VALUES:
        for name in [*body, "language", "scope"]:
            yield {**body, name: value}
        for number, operation in enumerate(body["ops"]):
            for name in operation:
                ops = [{**each, "id": str(uuid.uuid4())} for each in body["ops"]]
                ops[number][name] = value
                yield {**body, "ops": ops}


@pytest.mark.parametrize("url", ["/progress/sync/", "/progress/evaluate/"])
def test_the_addresses_of_progress_stand_any_json(member, quest, url):
    client = sign_in(Client(raise_request_exception=False))
    body = envelope(member.public_id, [op("c", "jax-000"), op("u", "jax-000", x=[])], tz="UTC")
    for each in spoilt(body):
        answer = client.post(url, json.dumps(each), content_type="application/json")
        assert answer.status_code < 500, each


def test_an_unknown_time_zone_counts_as_none(client, member, quest):
    sign_in(client)
    answer = client.post(
        "/progress/sync/",
        json.dumps(envelope(member.public_id, [op("c", "jax-000") | {"tz": "Mars/Olympus"}])),
        content_type="application/json",
    )
    assert len(answer.json()["acked"]) == 1
    assert Operation.objects.get().zone == member.time_zone


@pytest.mark.parametrize("url", ["/settings/data/", "/notifications/", "/"])
def test_an_account_whose_zone_was_abolished_sees_the_sites_clock(client, member, url):
    member.time_zone = "Asia/Atlantis"
    member.save()
    sign_in(client)
    assert client.get(url).status_code == 200
