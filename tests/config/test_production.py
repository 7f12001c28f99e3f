"""The settings of a real site, checked as its owner would."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from granian.cli import cli as granian

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "PATH": os.environ["PATH"],
    "SITE_URL": "https://learn.example.org",
    "SECRET_KEY": "correct-horse-battery-staple-0123456789-abcdefghijklmnop",
    "DATABASE_URL": "sqlite://:memory:",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "BEHIND_PROXY": "true",
}
# Variables that settings read by a computed name, and that tools read.
COMPUTED = {
    f"{name}_{what}"
    for name in ("GOOGLE", "GITHUB", "KAKAO", "NAVER")
    for what in ("CLIENT_ID", "SECRET")
}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**PRODUCTION, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_has_nothing_to_say():
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [("SECRET_KEY", "short", "E001"), ("ALLOWED_HOSTS", "*", "E002")],
)
def test_an_unsafe_site_does_not_pass(name, value, complaint):
    result = run("manage.py", "check", "--deploy", **{name: value})
    assert result.returncode
    assert complaint in result.stderr


def test_cookies_are_bound_to_the_host_and_https():
    code = (
        "import django; django.setup(); from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS > 10**7)"
    )
    result = run("-c", code, DJANGO_SETTINGS_MODULE="config.settings")
    assert result.stdout.split() == ["__Host-session", "__Host-csrf", *["True"] * 4]


def read_by_settings() -> set[str]:
    """Every variable that config/settings.py names."""
    text = (ROOT / "config" / "settings.py").read_text()
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", text))


def read_by_the_runner() -> set[str]:
    """Every variable of its daemon."""
    return set(re.findall(r"\"(RUNNER_[A-Z_]+)\"", (ROOT / "runner" / "settings.py").read_text()))


def test_the_manual_lists_every_variable_and_no_other():
    text = (ROOT / "docs" / "configuration.md").read_text()
    listed = set(re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE))
    read = read_by_settings() | read_by_the_runner()
    assert read <= listed
    assert listed - read <= COMPUTED


def test_the_manual_for_deployment_names_files_that_exist():
    text = (ROOT / "docs" / "deploy.md").read_text()
    named = set(re.findall(r"`((?:deploy|docs|requirements)/[\w./-]+)`", text))
    assert len(named) > 5
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_example_of_the_settings_means_the_same_to_a_shell_and_to_systemd():
    lines = (ROOT / "deploy" / "cwk.env.example").read_text().splitlines()
    pairs = [line.partition("=")[::2] for line in lines if line and not line.startswith("#")]
    # Quoted words are one value to systemd; it expands nothing.
    as_systemd = {name: "".join(shlex.split(value)) for name, value in pairs}
    command = ["sh", "-ec", "set -a; . deploy/cwk.env.example; exec env -0"]
    found = subprocess.run(command, env={}, cwd=ROOT, capture_output=True, text=True, check=True)
    in_shell = dict(line.split("=", 1) for line in found.stdout.split("\0") if line)
    assert as_systemd.items() <= in_shell.items()
    assert as_systemd["DEFAULT_FROM_EMAIL"].endswith("<noreply@learn.example.org>")


def words_of_the_unit() -> list[str]:
    text = (ROOT / "deploy" / "granian.service").read_text().replace("\\\n", " ")
    return shlex.split(next(x for x in text.splitlines() if x.startswith("ExecStart="))[10:])[1:]


def words_of_the_image() -> list[str]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return json.loads(next(x for x in text.splitlines() if x.startswith("CMD ["))[4:])[1:]


@pytest.mark.parametrize("words", [words_of_the_unit, words_of_the_image])
def test_the_server_is_started_with_options_that_it_knows(words):
    options = granian.make_context("granian", words()).params
    assert options["app"] == "config.wsgi:application"
    assert options["respawn_failed_workers"] is True
    assert options["uds_permissions"] in (None, 0o660)
