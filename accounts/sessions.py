"""Sessions in the database, read together with their owner: one query for what every page needs.

Signing out, here or from the list of devices, deletes the row, so the next request finds nothing.
The owner that comes along is only a guess that saves a query: `owner_of` lets it pass when the
session names this very account and the account's password is still the one it signed in with.
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
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import registry
from accounts.models import Notification, User
from accounts.prepared import fetch_prepared


class SessionStore(DatabaseStore):
    """Django's own store; `owner` is the account that the session was opened for, if known."""

    owner: User | None = None

    def load(self) -> dict[str, Any]:
        """The session's data; one query when the session is in the list of devices."""
        key = self.session_key
        if not key:
            return super().load()
        rows = fetch_prepared(session_query(), [key, adapted_now()])
        if not rows:
            return super().load()
        self.owner = owner_from(rows[0])
        data: dict[str, Any] = self.decode(rows[0][0])
        return data

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of sessions stays Django's."""
        return Session


def adapted_now() -> Any:
    """The present as this database compares it with a column of times."""
    return connection.ops.adapt_datetimefield_value(timezone.now())


@cache
def owner_columns() -> tuple[str, ...]:
    """The columns of an account, in the order of the query."""
    return tuple(field.attname for field in User._meta.concrete_fields)


def owner_from(row: Sequence[Any]) -> User:
    """The account in a row of the session query, with `unread` and `stamps`."""
    names = owner_columns()
    values, extra = row[1 : len(names) + 1], row[len(names) + 1 :]
    owner = User.from_db(connection.alias, names, converted(values))
    owner.unread = extra[0]
    owner.stamps = dict(zip(registry.stamps, extra[1:], strict=True))
    return owner


def converted(values: Sequence[Any]) -> list[Any]:
    """The values as the model has them; databases keep some as something simpler."""
    found = list(values)
    for index, column, convert in conversions():
        found[index] = convert(found[index], column, connection)
    return found


@cache
def conversions() -> list[tuple[int, Any, Any]]:
    """What the ORM does to the columns of an account: place, column, function."""
    found = []
    for index, field in enumerate(User._meta.concrete_fields):
        column = field.get_col(User._meta.db_table)
        converters = connection.ops.get_db_converters(column)
        converters += column.get_db_converters(connection)
        found += [(index, column, convert) for convert in converters]
    return found


@cache
def session_query() -> str:
    """Session data, account, number of unread notifications and the stamps, by session key."""
    quote = connection.ops.quote_name
    columns = ", ".join(f"u.{quote(str(each.column))}" for each in User._meta.concrete_fields)
    stamps = "".join(f", ({sql})" for sql in registry.stamps.values())
    return (
        f"SELECT s.session_data, {columns}, "  # noqa: S608 (names of columns and tables alone)
        f"(SELECT COUNT(*) FROM {Notification._meta.db_table} n "
        f"WHERE n.learner_id = u.id AND n.read_at IS NULL) AS unread{stamps} "
        f"FROM {Session._meta.db_table} s "
        f"JOIN {UserSession._meta.db_table} d ON d.session_key = s.session_key "
        f"JOIN {User._meta.db_table} u ON u.id = d.user_id "
        "WHERE s.session_key = %s AND s.expire_date > %s"
    )


def owner_of(request: HttpRequest) -> Any:
    """Who is signed in; asks the database again only for what the session's query did not bring."""
    session = request.session
    named, backend = session.get(auth.SESSION_KEY), session.get(auth.BACKEND_SESSION_KEY)
    owner = getattr(session, "owner", None)
    if (
        owner is not None
        and owner.is_active
        and named == str(owner.pk)
        and backend in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(
            session.get(auth.HASH_SESSION_KEY, ""), owner.get_session_auth_hash()
        )
    ):
        return owner
    return auth.get_user(request)
