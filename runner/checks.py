"""System checks of the runner's settings and, with --deploy, of the daemons."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from runner import client
from runner.addresses import BadAddress, parse_address


def register_checks() -> None:
    """Register both checks."""
    register(settings_make_sense)
    register(daemons_answer, deploy=True)


def settings_make_sense(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E001: every address must be valid, and TCP needs a token."""
    return [message for url in settings.RUNNER_URLS for message in wrong_address(url)]


def wrong_address(url: str) -> list[CheckMessage]:
    """Return what is wrong with one of RUNNER_URLS."""
    try:
        address = parse_address(url)
    except BadAddress as error:
        return [Error(f"RUNNER_URLS: {error}.", id="runner.E001")]
    if address.host and len(settings.RUNNER_TOKEN) < 20:
        hint = "Set RUNNER_TOKEN, here and on the runner, to the same 20 or more characters."
        return [Error(f"RUNNER_URLS: {url} is TCP and needs a token.", hint=hint, id="runner.E002")]
    return []


def daemons_answer(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """W001: every daemon must answer."""
    return [message for url in settings.RUNNER_URLS for message in away(url)]


def away(url: str) -> list[CheckMessage]:
    """Return a warning when the daemon doesn't answer."""
    try:
        client.status(url, settings.RUNNER_TOKEN)
    except (OSError, ValueError) as error:
        hint = (
            "Learners' code does not run until it answers. `python -m runner check` on its machine "
            "says whether bubblewrap or the lessons' environment (RUNNER_PYTHON) is missing."
        )
        return [Warning(f"The runner does not answer: {error}.", hint=hint, id="runner.W001")]
    return []
