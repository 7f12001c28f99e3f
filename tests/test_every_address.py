"""Odd bytes, numbers and dates at every address of the URLconf are never a 500.

Quick by default: two requests for each address and role, always the same ones. FUZZ=<number> sends
more for each address, FUZZ_SEED=<any> others.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client

from gamification.models import Achievement
from tests.addresses import (
    ODD,
    Address,
    Case,
    Forms,
    cases_of,
    cookies,
    encoded,
    every_address,
    odd_requests,
)
from tests.browser.world import World, filled_site, sign_in
from tests.test_every_page import Jar

pytestmark = pytest.mark.django_db
ROLES = {"anonymous": None, "learner": "learner", "moderator": "moderator", "superuser": "staff"}
OF_EACH_ADDRESS = int(os.environ.get("FUZZ", "2"))
SEED = os.environ.get("FUZZ_SEED", "")
HEADERS = ["X-Forwarded-For", "X-Request-ID", "Accept-Language", "If-Modified-Since", "Range",
           "If-None-Match", "Content-Type", "Origin", "Referer", "X-Requested-With"]  # fmt: skip


@pytest.fixture
def world(db, settings) -> World:
    """A site with something on every page."""
    return filled_site(settings)


@pytest.fixture(autouse=True)
def _no_limits(settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr("accounts.ratelimit.hit", lambda *_args, **_kwargs: None)


def addresses(world: World) -> list[Address]:
    """Every address with arguments that exist in this world."""
    ids = {
        "course": {"lesson": world.lesson.pk, "quest": world.quest.pk, "announcement": 1},
        "comments": {
            "comment": world.held.pk,
            "bugreport": world.report.pk,
            "thread": world.lesson.thread.pk,
        },
        "gamification": {"achievement": Achievement.objects.earliest("pk").pk},
        "accounts": {"user": world.other.pk},
        "credentials": {"certificate": world.certificate.pk},
    }
    by_name = {
        f"{app}_{model}_{what}": [str(key)]
        for app, models in ids.items()
        for model, key in models.items()
        for what in ("change", "delete", "history")
    }
    for model, act in (("comment", "hide"), ("bugreport", "confirm"), ("thread", "lock")):
        by_name[f"comments_{model}_act"] = [act]
    for name in ("outline", "add-chapter", "add-lesson", "insights"):
        by_name[f"quest-{name}"] = [str(world.quest.pk)]
    known = {
        "uid": world.lesson.uid,
        "slug": world.lesson.slug,
        "quest": "jax",
        "number": str(world.lesson.pk),
        "language": "ko",
        "chapter": str(world.lesson.chapter_id),
        "thread_id": str(world.lesson.thread.pk),
        "comment_id": str(world.comment.pk),
        "handle": "minji",
        "link_token": world.report.link_token,
        "path": "images/a.png",
        "token": world.preview.strip("/").rpartition("/")[2],
    }
    by_name |= {"quest": ["jax"], "glossary": ["jax"], "tag": ["jit"]}
    for name in ("certificate", "certificate-choices"):
        by_name[name] = [world.certificate.number]
    by_name["certificate-new"] = ["quest", "jax"]
    by_name["credentials_certificate_revoke"] = [str(world.certificate.pk)]
    by_name |= {"progress-reset": ["jax"], "what-to-keep": ["jax"], "chapter": ["jax-first-steps"]}
    return list(every_address(known, by_name))


class Browser:
    """Sends one request after the other; each is undone, and has the same cookies."""

    def __init__(self, person) -> None:
        self.client = Client(raise_request_exception=False)
        if person:
            sign_in(Jar(self.client), person, settings.SITE_URL)
        self.cookies = {name: each.value for name, each in self.client.cookies.items()}
        self.sent = 0
        self.raised: list[BaseException] = []

    def send(self, case: Case, **extra):
        """The answer to a request."""
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        self.sent += 1
        with transaction.atomic():
            answer = self.client.generic(
                case.method, case.url, case.body.encode("latin-1"), content_type=case.kind, **extra
            )
            list(answer) if answer.streaming else answer.content
            transaction.set_rollback(True)
        cache.clear()
        return answer


def forms_of(browser: Browser, every: list[Address]) -> dict[str, dict[str, str]]:
    """The fields of every form that this person can see, by the form's address."""
    found: dict[str, dict[str, str]] = {}
    for address in every:
        url = address.filled(address.good)
        answer = browser.send(Case(address.name, "GET", url, ""))
        if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
            for action, fields in Forms(answer.content.decode(), url).forms.items():
                found.setdefault(action, {}).update(fields)
    return found


def chosen(cases: list[Case], draw: random.Random) -> list[Case]:
    """Those of an address that are tried in this run."""
    return draw.sample(cases, min(OF_EACH_ADDRESS, len(cases)))


@pytest.mark.parametrize("role", ROLES)
def test_no_address_fails_on_odd_input(world, role, capsys):
    draw = random.Random(f"{SEED} {role}")
    browser = Browser(getattr(world, ROLES[role] or "", None))
    failures: Counter[str] = Counter()
    latest: list[str] = []

    def note(sender, request=None, **_kwargs):
        error = sys.exception()
        frame = error.__traceback__
        while frame.tb_next:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename.rsplit('/wt/')[-1]}:{frame.tb_lineno}"
        latest.append(f"{type(error).__name__} {str(error)[:80]!r} at {place}")

    got_request_exception.connect(note)
    every = addresses(world)
    forms = forms_of(browser, every)
    for address in every:
        values = draw.sample(ODD, min(OF_EACH_ADDRESS, len(ODD)))
        cases = [(odd, case) for odd in values for case in cases_of(address, forms, odd)]
        for odd, case in chosen(cases, draw):
            latest.clear()
            answer = browser.send(case)
            if answer.status_code >= 500:
                why = latest[-1] if latest else answer.status_code
                failures[f"{case.method} {case.address} {case.where} {odd[:12]!r}: {why}"] += 1
    got_request_exception.disconnect(note)
    with capsys.disabled():
        if OF_EACH_ADDRESS > 2:
            print(f"{role}: {len(every)} addresses, {browser.sent} requests")
    assert not failures, "\n".join(sorted(failures))


def faults_of(browser: Browser, tried: Iterator[Case]) -> list[str]:
    """What the site has no answer for."""
    return sorted(
        f"{case.method} {case.address} {case.where}"
        for case in tried
        if browser.send(case).status_code >= 500
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_address_fails_on_an_odd_method_or_body(world, role):
    draw = random.Random(f"{SEED} bodies {role}")
    browser = Browser(getattr(world, ROLES[role] or "", None))
    tried = (
        case for address in addresses(world) for case in chosen(list(odd_requests(address)), draw)
    )
    assert faults_of(browser, tried) == []


def test_odd_cookies_and_headers_are_no_fault(world):
    draw = random.Random(SEED)
    client = Client(raise_request_exception=False)
    sign_in(Jar(client), world.learner, settings.SITE_URL)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    urls = ["/", "/settings/profile/", "/admin/", "/search/?q=jax", "/accounts/login/"]
    for odd in ODD:
        sent = odd.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r\n", " ")[:4000]
        for name in draw.sample(cookies(), min(OF_EACH_ADDRESS, len(cookies()))):
            quoted = sent.replace("\x00", "\\000")
            jar = f'{settings.SESSION_COOKIE_NAME}={session}; {name}="{quoted}"; a=b'
            client.cookies.clear()
            answer = client.generic("GET", draw.choice(urls), b"", HTTP_COOKIE=jar)
            assert answer.status_code < 500, (name, odd[:12])
        for header in draw.sample(HEADERS, min(OF_EACH_ADDRESS, len(HEADERS))):
            answer = client.get(draw.choice(urls), headers={header: sent.replace("\x00", "")})
            assert answer.status_code < 500, (header, odd[:12])
        cache.clear()


def test_the_walk_knows_every_address_and_sees_forms(world):
    every = addresses(world)
    assert len(every) > 250
    browser = Browser(world.staff)
    forms = forms_of(browser, every[:60])
    assert any("ko-body" in fields for fields in forms.values())
    assert encoded("\ud800") == "%ED%A0%80"
