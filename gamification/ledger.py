"""Write the XP ledger and the running totals, with SQL for both SQLite and Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from accounts.models import User
from gamification.models import Standing, XPEntry


@dataclass(frozen=True)
class Grant:
    """Points for a reason ("lesson", "exercise", "report", "achievement") and key, given once."""

    reason: str
    key: str
    points: int


def add_lines(learner: User, grants: Sequence[Grant], rule_version: int) -> list[Grant]:
    """Insert the lines that don't exist yet, in one query. Returns the new ones."""
    if not grants:
        return []
    unique = {(grant.reason, grant.key): grant for grant in reversed(grants)}
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    values: list[int | str | None] = []
    # Sorted: two transactions that add the same lines wait for each other at the unique index in
    # one order and never deadlock.
    for (reason, key), grant in sorted(unique.items()):
        values += [learner.pk, reason, key, grant.points, rule_version, now]
    rows = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(unique))
    table = connection.ops.quote_name(XPEntry._meta.db_table)
    columns = "learner_id, reason, key, points, rule_version, created_at"
    statement = (
        f"INSERT INTO {table} ({columns}) VALUES {rows}"  # noqa: S608 - no outside text in it
        " ON CONFLICT (learner_id, reason, key) DO NOTHING RETURNING reason, key"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [unique[reason, key] for reason, key in cursor.fetchall()]


def add_to_total(learner: User, points: int) -> tuple[int, int]:
    """Add to the learner's total in one query, which locks the row. Returns (XP, level)."""
    table = connection.ops.quote_name(Standing._meta.db_table)
    statement = (
        f"INSERT INTO {table} (learner_id, xp, level) VALUES (%s, %s, 0)"  # noqa: S608 - no outside text
        f" ON CONFLICT (learner_id) DO UPDATE SET xp = {table}.xp + excluded.xp RETURNING xp, level"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [learner.pk, points])
        xp, level = cursor.fetchone()
        return xp, level
