"""Sandboxed execution of learners' code: the daemon, its client, and the queue.

The daemon (`python -m runner serve`) and everything it imports need only the standard library, so
that it can run on a machine without the site's packages, database and secrets.
"""


def is_on() -> bool:
    """Whether this site runs code: RUNNER_URLS names at least one daemon."""
    from django.conf import settings

    return bool(settings.RUNNER_URLS)
