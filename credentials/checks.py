"""System checks of the keys and the font."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from credentials.badges.keys import BadKeys, read_keys


@register()
def badge_keys_are_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E001: BADGE_KEYS is empty or a JWK set that can sign."""
    try:
        read_keys(settings.BADGE_KEYS)
    except BadKeys as error:
        hint = "Make a file by `manage.py badge_keys make FILE` and name it in BADGE_KEYS_FILE."
        return [Error(f"{error}.", hint=hint, id="credentials.E001")]
    return []


@register()
def font_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E002: CERTIFICATE_FONT is empty or a file."""
    name = settings.CERTIFICATE_FONT
    if not name or Path(name).is_file():
        return []
    return [Error(f"CERTIFICATE_FONT ({name}) is no file.", id="credentials.E002")]
