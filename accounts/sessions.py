"""Database sessions that are read together with their user in one query.

Signing out, here or from the list of devices, deletes the row, so the next request finds no
session. The user read with the session only saves a query: it is used only if the session names
this very account and its password has not changed since sign-in.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import registry
from accounts.models import Notification, User
from accounts.prepared import fetch_prepared


class SessionStore(DatabaseStore):
    """Django's session store; `owner` is the user row read with the session, if known."""

    user: User | None = None

    def load(self) -> dict[str, Any]:
        """Return the session's data; one query if the session is in the list of devices."""
        key = self.session_key
        if not key:
            return super().load()
        rows = fetch_prepared(session_query(), [key, adapted_now()])
        if not rows:
            return super().load()
        self.user = user_from_row(rows[0])
        data: dict[str, Any] = self.decode(rows[0][0])
        return data

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return Django's own session model."""
        return Session


def adapted_now() -> Any:
    """Return the current time as this database compares it with a datetime column."""
    return connection.ops.adapt_datetimefield_value(timezone.now())


@cache
def user_columns() -> tuple[str, ...]:
    """Return the user columns in the order of the query."""
    return tuple(field.attname for field in User._meta.concrete_fields)


def user_from_row(row: Sequence[Any]) -> User:
    """Build a user from a row of the session query, with `unread` and `session_versions`."""
    names = user_columns()
    values, extra = row[1 : len(names) + 1], row[len(names) + 1 :]
    owner = User.from_db(connection.alias, names, converted(values))
    owner.unread = extra[0]
    owner.session_versions = dict(zip(registry.versions, extra[1:], strict=True))
    return owner


def converted(values: Sequence[Any]) -> list[Any]:
    """Return the values converted from the database's types to the model's."""
    found = list(values)
    for index, column, convert in conversions():
        found[index] = convert(found[index], column, connection)
    return found


@cache
def conversions() -> list[tuple[int, Any, Any]]:
    """Return the ORM's converters of the user columns: index, column, function."""
    found = []
    for index, field in enumerate(User._meta.concrete_fields):
        column = field.get_col(User._meta.db_table)
        converters = connection.ops.get_db_converters(column)
        converters += column.get_db_converters(connection)
        found += [(index, column, convert) for convert in converters]
    return found


def scalar_sql(version: QuerySet) -> str:
    """Return the SQL of a queryset on the account OuterRef("pk"); ValueError for parameters."""
    accounts = User.objects.all().query
    accounts.get_initial_alias()
    compiler = accounts.get_compiler(connection=connection)
    sql, parameters = compiler.compile(Subquery(version).resolve_expression(accounts))
    if parameters:
        raise ValueError(f"a session version takes no parameters: {parameters}")
    return sql


@cache
def session_query() -> str:
    """Return the SQL that reads session data, user, unread count and versions by session key."""
    quote = connection.ops.quote_name
    users = User._meta.db_table
    fields = [quote(str(each.column)) for each in User._meta.concrete_fields]
    columns = ", ".join(f"{users}.{field}" for field in fields)
    versions = "".join(f", {scalar_sql(each)}" for each in registry.versions.values())
    return (
        f"SELECT s.session_data, {columns}, "  # noqa: S608 (names of columns and tables alone)
        f"(SELECT COUNT(*) FROM {Notification._meta.db_table} n "
        f"WHERE n.learner_id = {users}.id AND n.read_at IS NULL) AS unread{versions} "
        f"FROM {Session._meta.db_table} s "
        f"JOIN {UserSession._meta.db_table} d ON d.session_key = s.session_key "
        f"JOIN {users} ON {users}.id = d.user_id "
        "WHERE s.session_key = %s AND s.expire_date > %s"
    )


def session_user(request: HttpRequest) -> Any:
    """Return the signed-in user; queries the database only for what was not read already."""
    session = request.session
    named, backend = session.get(auth.SESSION_KEY), session.get(auth.BACKEND_SESSION_KEY)
    user = getattr(session, "user", None)
    if (
        user is not None
        and user.is_active
        and named == str(user.pk)
        and backend in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(
            session.get(auth.HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        )
    ):
        return user
    return auth.get_user(request)
