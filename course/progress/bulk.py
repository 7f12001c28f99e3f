"""Write many rows with one statement.

Django's bulk_create splits after 999 parameters on SQLite, so the number of queries would grow with
the number of operations; both databases accept tens of thousands. On Postgres a column is one
parameter, an array: reading the thousands of placeholders took longer than writing the rows.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


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
    columns = ", ".join(name(field.column or field.attname) for field in fields)
    source, params = rows_of(fields, [stored_values(field, rows) for field in fields])
    clause = on_conflict(rows[0], conflict, update)
    sql = f"INSERT INTO {name(rows[0]._meta.db_table)} ({columns}) {source} {clause}"
    with connection.cursor() as cursor:
        if not returning:
            cursor.execute(sql, params)
            return []
        cursor.execute(f"{sql} RETURNING {column(rows[0], returning)}", params)
        read = stored(rows[0], returning).to_python
        return [read(row[0]) for row in cursor.fetchall()]


def stored_values(field: models.Field, rows: Iterable[models.Model]) -> list[Any]:
    """Return the rows' values of a field as the database takes them."""
    # The thread's own connection: each look at an attribute of the proxy searches for it again.
    own = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(getattr(row, field.attname), own) for row in rows]


def rows_of(fields: Sequence[models.Field], values: Sequence[list[Any]]) -> tuple[str, list[Any]]:
    """Return the rows as SQL and its parameters. `values` has a list for each field."""
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{base_type(field)}[]" for field in fields)
        return f"SELECT * FROM unnest({arrays})", list(values)  # noqa: S608 - no outside text
    row = f"({', '.join(['%s'] * len(fields))})"
    flat = [value for row in zip(*values, strict=True) for value in row]
    return f"VALUES {', '.join([row] * len(values[0]))}", flat


def base_type(field: models.Field) -> str:
    """Return the column's type without its length: a cast would cut a text that is too long."""
    return str(field.db_type(connection)).partition("(")[0]


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
