"""The session query is prepared once per connection."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.middleware import SessionUserMiddleware
from accounts.models import User
from accounts.prepared import fetch_prepared
from config.settings import PREPARED_AFTER, database

SQL = "SELECT handle FROM accounts_user WHERE id = %s AND is_active = %s"
URL = "postgres://cwk@/cwk?host=/var/run/postgresql"


def plans() -> list[str]:
    """Return the prepared statements of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [text for (text,) in cursor.fetchall()]


def ask(learner: User, times: int) -> None:
    """Query the learner's handle this many times."""
    for _ in range(times):
        assert fetch_prepared(SQL, [learner.pk, True]) == [(learner.handle,)]


def test_a_prepared_query_counts_as_one_query_and_brings_its_rows(
    learner, django_assert_num_queries
):
    with django_assert_num_queries(2):
        ask(learner, 2)


@pytest.mark.postgres
def test_postgres_keeps_the_plan_of_what_is_asked_again_and_again(learner):
    ask(learner, PREPARED_AFTER + 1)

    assert [text for text in plans() if "handle FROM accounts_user" in text]


@pytest.mark.postgres
def test_what_django_asks_by_itself_is_never_prepared(learner):
    for _ in range(PREPARED_AFTER + 2):
        User.objects.filter(handle=learner.handle).exists()

    assert not [text for text in plans() if "SELECT 1" in text]


@pytest.mark.postgres
def test_behind_pgbouncer_no_plan_is_kept(learner, settings):
    settings.DATABASE_PGBOUNCER = True
    sql = f"{SQL} AND is_staff = %s"
    for _ in range(PREPARED_AFTER + 2):
        fetch_prepared(sql, [learner.pk, True, False])

    assert not [text for text in plans() if "is_staff = $3" in text]


@pytest.mark.parametrize(("pgbouncer", "threshold"), [(True, None), (False, PREPARED_AFTER)])
def test_behind_pgbouncer_nothing_is_left_on_a_connection(monkeypatch, pgbouncer, threshold):
    monkeypatch.setattr("config.settings.DATABASE_PGBOUNCER", pgbouncer)

    made = database(URL)

    assert made["OPTIONS"]["prepare_threshold"] == threshold
    assert made["DISABLE_SERVER_SIDE_CURSORS"] is pgbouncer


def test_once_it_is_known_who_asks_the_request_has_the_account_itself(client, learner):
    client.force_login(learner)
    request = RequestFactory().get("/")
    request.session = client.session

    SessionUserMiddleware(lambda request: HttpResponse())(request)
    assert request.user.is_authenticated

    assert type(request.user) is User
