"""System checks of accounts for production."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from accounts.push.keys import public_key

PRIVATE_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")


@register(Tags.security)
def accounts_are_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Run the checks below when DEBUG is off."""
    if settings.DEBUG:
        return []
    return [*limits_are_shared(), *staff_use_second_factor(), *argon2_is_used()]


def limits_are_shared() -> list[CheckMessage]:
    """E001: rate limits need a shared cache; with one per process they allow N times as much."""
    if not settings.CACHES["default"]["BACKEND"].endswith(PRIVATE_CACHES):
        return []
    return [
        Error(
            "The rate limits of sign-in would count in each process apart.",
            hint="Leave CACHE_URL unset (the database is used) or set it to redis://…",
            id="accounts.E001",
        )
    ]


def staff_use_second_factor() -> list[CheckMessage]:
    """W001: staff must use a second factor, so that a stolen password is not enough."""
    if settings.STAFF_SECOND_FACTOR:
        return []
    return [
        Warning(
            "Staff may use the administration with a password alone.",
            hint="Remove STAFF_SECOND_FACTOR=false.",
            id="accounts.W001",
        )
    ]


def argon2_is_used() -> list[CheckMessage]:
    """E002: new passwords must be hashed with Argon2."""
    if settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher"):
        return []
    return [Error("New passwords would not be stored with Argon2.", id="accounts.E002")]


@register(Tags.security)
def push_key_works(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E003: a configured PUSH_KEY must be one, or no notice would ever be sent."""
    try:
        public_key()
    except ValueError:
        hint = "`manage.py push_key` makes one."
        return [Error("PUSH_KEY is no key for web push.", hint=hint, id="accounts.E003")]
    return []
