"""Health checks for supervisors and load balancers."""

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process runs; checks nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration, else 503 with the reason.

    A read-only database is told with 200: readers are served, and every machine has the same one.
    """
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        read_only = is_read_only()
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "the database does not answer"}, status=503)
    if waiting:
        return JsonResponse({"status": f"{len(waiting)} migrations are missing"}, status=503)
    return JsonResponse({"status": "the database is read-only" if read_only else "ok"})


def is_read_only() -> bool:
    """Return whether Postgres refuses writes: a standby, or told so."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only') = 'on'")
        return bool(cursor.fetchone()[0])
