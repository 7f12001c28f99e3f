"""Rate limits apply across server processes."""

import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests import kept

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
import django, os, sys
django.setup()
from wsgiref.simple_server import WSGIRequestHandler, make_server
from django.core.wsgi import get_wsgi_application
server = make_server("127.0.0.1", 0, get_wsgi_application())
WSGIRequestHandler.log_message = lambda *args: None
print(server.server_port, flush=True)
server.serve_forever()
"""
PREPARE = """
import django
django.setup()
from accounts.models import User
from allauth.account.models import EmailAddress
user = User.objects.create_user("minji@example.com", "minji-minji", handle="minji")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
NEWEST_CODE = """
import django
django.setup()
from accounts.models import OutgoingMail
print(OutgoingMail.objects.latest("id").body)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Two server processes on one fresh database, with the settings of production."""
    database = tmp_path_factory.mktemp("site") / "db.sqlite3"
    shutil.copyfile(kept.migrated_sqlite(), database)
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SITE_URL": "http://localhost",
        "ALLOWED_HOSTS": "127.0.0.1",
        "STATIC_ROOT": str(database.parent),
        "DEBUG": "true",
    }
    environment.pop("CACHE_URL", None)

    def python(code):
        return subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True,
            capture_output=True, text=True,
        ).stdout  # fmt: skip

    python(PREPARE)
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", SERVE], cwd=ROOT, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    ports = [int(server.stdout.readline()) for server in servers]
    yield [f"http://127.0.0.1:{port}" for port in ports], python
    for server in servers:
        server.kill()
        server.wait()


class Browser:
    """A minimal HTTP client with cookies and CSRF tokens."""

    def __init__(self):
        # Cookies are kept per host, and both servers are 127.0.0.1: one session, two processes.
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, url, data=None):
        request = urllib.request.Request(url, data, {"Host": "127.0.0.1"})
        return self.opener.open(request, timeout=20)

    def get(self, url):
        try:
            answer = self.open(url)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.read().decode()

    def post(self, url, **fields):
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.get(url)[1])
        fields["csrfmiddlewaretoken"] = token.group(1) if token else ""
        data = urllib.parse.urlencode(fields).encode()
        try:
            answer = self.open(url, data)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.read().decode()

    def is_signed_in(self, server):
        return "data-learner" in self.get(f"{server}/settings/data/")[1]


def test_five_wrong_codes_on_two_servers_end_the_attempt(site):
    (one, other), python = site
    browser = Browser()
    browser.post(f"{one}/accounts/login/code/", email="minji@example.com")
    code = re.search(r"^[A-Z0-9]+-?[A-Z0-9]+$", python(NEWEST_CODE), re.M).group()
    for attempt in range(5):
        browser.post(f"{(one, other)[attempt % 2]}/accounts/login/code/confirm/", code="WRNG42")
    browser.post(f"{one}/accounts/login/code/confirm/", code=code)
    assert not browser.is_signed_in(one)


def test_the_right_code_is_taken_by_the_other_server(site):
    (one, other), python = site
    browser = Browser()
    browser.post(f"{one}/accounts/login/code/", email="minji@example.com")
    code = re.search(r"^[A-Z0-9]+-?[A-Z0-9]+$", python(NEWEST_CODE), re.M).group()
    browser.post(f"{other}/accounts/login/code/confirm/", code=code)
    assert browser.is_signed_in(one)


def test_wrong_passwords_count_on_both_servers_together(site):
    servers, _python = site
    for attempt in range(5):
        Browser().post(
            f"{servers[attempt % 2]}/accounts/login/", login="minji@example.com", password="wrong"
        )
    for server in servers:
        browser = Browser()
        browser.post(f"{server}/accounts/login/", login="minji@example.com", password="minji-minji")
        assert not browser.is_signed_in(server)
