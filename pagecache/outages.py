"""Which errors mean that the database can't do now what it is there for."""

from django.db import DatabaseError, InterfaceError, OperationalError

# Postgres has these in classes that otherwise mean a fault of the program (psycopg: InternalError).
READ_ONLY = "25006"  # a standby, a failover, a disk that is nearly full
IDLE_IN_TRANSACTION = "25P03"
TRANSACTION_TOO_LONG = "25P04"
OUTAGES = {READ_ONLY, IDLE_IN_TRANSACTION, TRANSACTION_TOO_LONG}


def is_outage(error: BaseException | None) -> bool:
    """Return whether the error means that the database is away, overloaded or read-only.

    This includes a timeout of the connection pool, which Django raises as OperationalError. Errors
    in a query don't count.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DatabaseError) and sqlstate(error) in OUTAGES


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE that Postgres gave, or ""."""
    return getattr(error.__cause__, "sqlstate", None) or ""
