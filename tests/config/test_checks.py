"""An unsafe production start is refused, with the remedy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from config import checks

ROOT = Path(__file__).resolve().parents[2]
KEY = "correct-horse-battery-staple-0123456789-0123456789"
SAFE = {"SECRET_KEY": KEY, "SITE_URL": "https://learn.example", "DEBUG": "false"}


def check_deploy(**environment: str) -> subprocess.CompletedProcess:
    """Run `manage.py check --deploy` as a production machine would."""
    base = {"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite:///:memory:"}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**base, **SAFE, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"SECRET_KEY": ""}, "config.E001"),
        ({"SECRET_KEY": "short"}, "config.E001"),
        ({"SECRET_KEY": "changeme" * 8}, "config.E001"),
        ({"ALLOWED_HOSTS": "*"}, "config.E002"),
        ({"ALLOWED_HOSTS": ".learn.example, *"}, "config.E002"),
        ({"ALLOWED_HOSTS": "other.example"}, "config.E005"),
        ({"SITE_URL": "https://learn.example/here"}, "config.E005"),
        ({"DATABASE_URL": "mysql://a/b"}, "DATABASE_URL must be like"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must be like"),
        ({"SITE_URL": "http://learn.example"}, "config.E003"),
    ],
)
def test_an_unsafe_start_is_refused(environment, code):
    result = check_deploy(**environment)
    assert result.returncode != 0
    assert code in result.stderr


@pytest.mark.django_db
def test_the_sqlite_pragmas_are_in_force():
    if connection.vendor != "sqlite":
        assert checks.check_sqlite_pragmas(None, ["default"]) == []
        return
    found = {message.msg for message in checks.check_sqlite_pragmas(None, ["default"])}
    # The tests' throwaway database is the one that need not survive a power cut.
    assert found == {"SQLite: synchronous is 0."}


@pytest.mark.once
@pytest.mark.django_db
def test_a_missing_pragma_is_named():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=1")
        found = [message.msg for message in checks.check_sqlite_pragmas(None, ["default"])]
        cursor.execute("PRAGMA busy_timeout=10000")
    assert "SQLite: busy_timeout is 1." in found


def start(**environment: str) -> subprocess.CompletedProcess:
    """Load the WSGI application as a production server would."""
    base = {"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite:///:memory:"}
    return subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT,
        env={**base, **SAFE, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_server_does_not_start_unsafely_and_says_why():
    result = start(SECRET_KEY="")
    assert result.returncode != 0
    assert "config.E001: SECRET_KEY is missing" in result.stderr


def test_a_server_starts_when_all_is_well():
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("repository", "found"),
    [
        ("", []),
        ("cwk/notebooks", []),
        ("cwk/notebooks/blob/main/jax", []),
        ("https://github.com/cwk/notebooks", ["config.E006"]),
        ("cwk", ["config.E006"]),
        ("cwk/notebooks/../x", ["config.E006"]),
    ],
)
def test_a_repository_for_colab_is_named_and_no_address(settings, repository, found):
    settings.COLAB_REPOSITORY = repository
    assert [each.id for each in checks.colab_repository_is_named(None)] == found


@pytest.mark.parametrize(
    ("retention", "found"),
    [(0.7, []), (0.9, []), (0.97, []), (0.69, ["config.E007"]), (1.0, ["config.E007"])],
)
def test_a_retention_is_one_that_a_schedule_can_be_made_for(settings, retention, found):
    settings.REVIEW_RETENTION = retention
    assert [each.id for each in checks.retention_is_possible(None)] == found
