"""System checks that keep an unsafe site from starting."""

import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.http.request import validate_host


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured when a security check finds an error.

    A WSGI server runs no checks itself, so `config.wsgi` calls this once. It doesn't query the
    database, because a site must be able to start while its database is unavailable.
    """
    errors = [message for message in run_checks(tags=[Tags.security]) if message.level >= 40]
    if errors:
        found = "\n".join(f"{each.id}: {each.msg} {each.hint or ''}" for each in errors)
        raise ImproperlyConfigured(f"This site refuses to start:\n{found}")


@register(Tags.security)
def production_is_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """With DEBUG off: own secret key, explicit hosts, and cookies that need HTTPS."""
    if settings.DEBUG:
        return []
    return [
        *secret_is_own(),
        *hosts_are_named(),
        *cookies_are_secure(),
        *address_is_the_sites(),
    ]


def secret_is_own() -> list[CheckMessage]:
    """E001: the secret key must not be the one in the source code."""
    key = settings.SECRET_KEY
    if key != settings.DEVELOPMENT_KEY and len(key) >= 32 and len(set(key)) >= 10:
        return []
    return [
        Error(
            "SECRET_KEY is missing, too short or no random text.",
            hint="Set the environment variable SECRET_KEY to 50 random characters.",
            id="config.E001",
        )
    ]


def hosts_are_named() -> list[CheckMessage]:
    """E002: ALLOWED_HOSTS must not be a wildcard, which lets forged hosts into mails and caches."""
    if settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS is empty or contains '*'.",
            hint="Set SITE_URL to the site's address, or ALLOWED_HOSTS to its host names.",
            id="config.E002",
        )
    ]


def cookies_are_secure() -> list[CheckMessage]:
    """E003: session cookies must not be sent over plain HTTP."""
    if settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE:
        return []
    return [
        Error(
            "Cookies would be sent over plain HTTP.",
            hint="Set SITE_URL to an https:// address (or DEBUG=true on your own machine).",
            id="config.E003",
        )
    ]


def address_is_the_sites() -> list[CheckMessage]:
    """E005: SITE_URL, which links in mails and feeds start with, must use an allowed host."""
    parts = urlsplit(settings.SITE_URL)
    if not parts.path and validate_host(parts.hostname or "", settings.ALLOWED_HOSTS):
        return []
    return [
        Error(
            f"SITE_URL ({settings.SITE_URL}) is no address of this site.",
            hint="It must be https:// and one of ALLOWED_HOSTS, without a path behind it.",
            id="config.E005",
        )
    ]


@register(Tags.database)
def check_sqlite_pragmas(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E004: the pragmas for durability and concurrency must be in force on SQLite."""
    return [
        message
        for alias in databases or []
        if connections[alias].vendor == "sqlite"
        for message in wrong_pragmas(alias)
    ]


def wrong_pragmas(alias: str) -> list[CheckMessage]:
    """Return one error for each pragma whose value differs from the settings."""
    wanted = {"synchronous": 2, "busy_timeout": 10000, "foreign_keys": 1}
    if not connections[alias].is_in_memory_db():  # type: ignore[attr-defined]
        wanted["journal_mode"] = "wal"  # type: ignore[assignment]
    with connections[alias].cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
        mode = connections[alias].transaction_mode  # type: ignore[attr-defined]
    wrong = [f"{name} is {found[name]}" for name in wanted if found[name] != wanted[name]]
    if mode != "IMMEDIATE":
        wrong.append(f"transaction_mode is {mode}")
    hint = "Leave DATABASES to config/settings.py and set DATABASE_URL only."
    return [Error(f"SQLite: {what}.", hint=hint, id="config.E004") for what in wrong]


COLAB = re.compile(r"[\w.-]+/[\w.-]+(/blob(/[\w.-]+)+)?", re.ASCII)


@register()
def colab_repository_is_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E006: COLAB_REPOSITORY names a repository, and is no address."""
    if not settings.COLAB_REPOSITORY or COLAB.fullmatch(settings.COLAB_REPOSITORY):
        return []
    hint = "Write owner/name, or owner/name/blob/branch/folder."
    return [Error("COLAB_REPOSITORY names no repository on GitHub.", hint=hint, id="config.E006")]


@register()
def retention_is_possible(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E007: REVIEW_RETENTION is a share that a schedule can be made for."""
    if 0.7 <= settings.REVIEW_RETENTION <= 0.97:
        return []
    hint = "Below 0.7 most is forgotten before it is asked; above 0.97 it is asked every few days."
    return [Error("REVIEW_RETENTION is not from 0.7 to 0.97.", hint=hint, id="config.E007")]


@register()
def uploads_have_their_packages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E008: a bucket for uploads needs packages that not every site has."""
    if not settings.MEDIA_S3_BUCKET or find_spec("storages"):
        return []
    hint = "Run: pip install --require-hashes -r requirements/s3.lock"
    return [Error("MEDIA_S3_BUCKET needs django-storages and boto3.", hint=hint, id="config.E008")]
