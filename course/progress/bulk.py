"""Write many rows with one statement.

Django's bulk_create splits after 999 parameters on SQLite, so the number of queries would grow with
the number of operations; both databases accept tens of thousands.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def insert_rows(
    rows: Sequence[models.Model],
    *,
    conflict: Sequence[str] = (),
    update: Sequence[str] = (),
    returning: str = "",
) -> list[Any]:
    """Insert all rows in one statement. Returns the column `returning` of written rows.

    A row that violates a unique constraint is skipped or, if the fields `conflict` name the
    constraint, updates the fields `update` of the existing row. All rows are of one model.
    """
    if not rows:
        return []
    fields = [field for field in rows[0]._meta.concrete_fields if not is_automatic(field)]
    params = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in rows
        for field in fields
    ]
    columns = ", ".join(name(field.column or field.attname) for field in fields)
    values = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    clause = on_conflict(rows[0], conflict, update)
    sql = f"INSERT INTO {name(rows[0]._meta.db_table)} ({columns}) VALUES {values} {clause}"  # noqa: S608 - no outside text
    with connection.cursor() as cursor:
        if not returning:
            cursor.execute(sql, params)
            return []
        cursor.execute(f"{sql} RETURNING {column(rows[0], returning)}", params)
        read = stored(rows[0], returning).to_python
        return [read(row[0]) for row in cursor.fetchall()]


def is_automatic(field: models.Field) -> bool:
    """Return whether the database generates this column."""
    return isinstance(field, models.AutoField)


def on_conflict(row: models.Model, conflict: Sequence[str], update: Sequence[str]) -> str:
    """Return the ON CONFLICT clause: skip the row, or update some of its columns."""
    if not conflict:
        return "ON CONFLICT DO NOTHING"
    columns = ", ".join(column(row, field) for field in conflict)
    values = ", ".join(f"{column(row, field)} = excluded.{column(row, field)}" for field in update)
    return f"ON CONFLICT ({columns}) DO UPDATE SET {values}"


def column(row: models.Model, field: str) -> str:
    """Return the quoted column of a field."""
    found = stored(row, field)
    return name(found.column or found.attname)


def stored(row: models.Model, field: str) -> models.Field:
    """Return the field with this name. Raises TypeError for one without a column."""
    found = row._meta.get_field(field)
    if not isinstance(found, models.Field):
        raise TypeError(f"{field} has no column")
    return found


def name(identifier: str) -> str:
    """Return a quoted identifier."""
    return connection.ops.quote_name(identifier)
