"""Health checks for supervisors and load balancers."""

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from config.pulse import take_pulse
from pagecache.timeouts import answers_within

PATIENCE_SECONDS = 2.0


class LivenessMiddleware:
    """Answers /healthz: 200 while the process runs, before anything asks the database.

    A session cookie would be looked up there, and every address has a Host that is allowed, which
    the programs of a container's own health check don't know.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer it, or pass the request on."""
        if request.path_info == "/healthz" and request.method in ("GET", "HEAD"):
            return healthz(request)
        return self.get_response(request)


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200; checks nothing."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration, else 503 with the reason.

    Warnings are for whoever watches the site (mails that wait, a worker that stopped): no machine
    gets better by being taken out. So a read-only database is told with 200, too: readers are
    served, and every machine has the same one.
    """
    try:
        with answers_within(PATIENCE_SECONDS):
            executor = MigrationExecutor(connection)
            waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
            read_only = is_read_only()
            warnings = [] if waiting else take_pulse().warnings()
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "the database does not answer"}, status=503)
    if waiting:
        return JsonResponse({"status": f"{len(waiting)} migrations are missing"}, status=503)
    found: dict[str, object] = {"status": "the database is read-only" if read_only else "ok"}
    return JsonResponse(found | ({"warnings": warnings} if warnings else {}))


def is_read_only() -> bool:
    """Return whether Postgres refuses writes: a standby, or told so."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only') = 'on'")
        return bool(cursor.fetchone()[0])
