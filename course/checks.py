"""System check: quests that run in the browser need Pyodide."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError

from course.models import Quest, Runs
from runner.pyodide import VERSION


def register_checks() -> None:
    """Register the check."""
    register(pyodide_is_there)


def pyodide_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """W001: a quest says `runs: browser`, but Pyodide is not installed.

    Says nothing while the database is away or has no tables yet.
    """
    if settings.PYODIDE_INSTALLED:
        return []
    try:
        slugs = list(Quest.objects.filter(runs=Runs.BROWSER).values_list("slug", flat=True)[:5])
    except DatabaseError:
        return []
    if not slugs:
        return []
    return [
        Warning(
            f"Pyodide {VERSION} is not installed, and these quests run in the browser: "
            f"{', '.join(slugs)}.",
            hint="`manage.py install_pyodide` fetches it; docs/deploy.md says more.",
            id="course.W001",
        )
    ]
