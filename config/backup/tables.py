"""Conversion of rows to JSON and back, the same on every database."""

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.utils.duration import duration_iso_string

# Sign-ins end with a restore; jobs and the log of changes say nothing that rows do not say too.
LEFT_OUT = {
    "sessions.session",
    "usersessions.usersession",
    "pagecache.change",
    "pagecache.sitefact",
    "runner.machine",
}
LEFT_OUT_APPS = {"django_tasks_db", "django_tasks_database"}
CHUNK = 2000


def saved_models() -> list[type[models.Model]]:
    """Return every model in a backup, including those behind many-to-many fields."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label_lower not in LEFT_OUT
        and model._meta.app_label not in LEFT_OUT_APPS
    ]


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """Return the stored fields of a model, in order."""
    return [each for each in model._meta.concrete_fields if not getattr(each, "generated", False)]


def applied_migrations() -> list[str]:
    """Return all applied migrations as `app.name`; they define the tables' structure."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def plain(value: Any) -> Any:
    """Return a column's value as a JSON type that the field's `to_python` converts back."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return duration_iso_string(value)
        case Decimal() | UUID():
            return str(value)
        case bytes() | memoryview():
            return {"base64": base64.b64encode(bytes(value)).decode()}
        case _:
            return value


def lines_of(model: type[models.Model]) -> Iterator[bytes]:
    """Yield each row as a line: a JSON list of the values in the order of `fields_of`."""
    names = [field.attname for field in fields_of(model)]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=CHUNK):
        # Sorted, because Postgres keeps no order within JSON objects and SQLite does.
        text = json.dumps([plain(value) for value in row], ensure_ascii=False, sort_keys=True)
        yield text.encode() + b"\n"


def row_of(line: bytes, fields: list[models.Field]) -> list[Any]:
    """Return the values of a line, converted for the database driver."""
    return [stored(value, field) for value, field in zip(json.loads(line), fields, strict=True)]


def stored(value: Any, field: models.Field) -> Any:
    """Return a value converted for the database driver."""
    if isinstance(field, models.BinaryField) and value is not None:
        value = base64.b64decode(value["base64"])
    elif isinstance(field, models.ForeignKey):
        value = field.target_field.to_python(value)
    elif not isinstance(field, models.JSONField):
        value = field.to_python(value)
    return field.get_db_prep_save(value, connection)
