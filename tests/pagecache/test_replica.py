"""Which database is read: the replica for the anonymous while it is current, else the primary."""

import logging

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import OperationalError, ProgrammingError, transaction
from django.http import HttpResponse

from course.models import Lesson
from pagecache.models import Change
from pagecache.public import for_anybody
from pagecache.replica import REPLICA, Replica, ReplicaRouter, from_replica, reading

router = ReplicaRouter()


@pytest.fixture
def replica(monkeypatch, settings):
    """A replica that has all changes."""
    monkeypatch.setitem(settings.DATABASES, REPLICA, {})
    made = Replica()
    made.missing = set()
    monkeypatch.setattr("pagecache.public.replica", made)
    return made


@pytest.fixture
def anonymous(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    return request


@for_anybody
def where(request):
    """A view that says which database it reads."""
    return HttpResponse(router.db_for_read(Lesson))


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_reads_is_what_it_changes():
    assert router.db_for_read(Lesson) == "default"
    with from_replica():
        assert router.db_for_read(Lesson) == REPLICA
        with transaction.atomic():
            assert router.db_for_read(Lesson) == "default"


def test_writes_and_counts_go_to_the_primary(transactional_db):
    counts = BaseDatabaseCache("counts", {}).cache_model_class
    with from_replica():
        assert router.db_for_read(counts) == "default"
        assert router.db_for_write(Lesson) == "default"
    assert not router.allow_migrate(REPLICA, "course")
    assert router.allow_migrate("default", "course")


def test_a_row_that_came_from_the_replica_leads_members_to_the_primary():
    lesson = Lesson()
    lesson._state.db = REPLICA
    assert router.db_for_read(Lesson, instance=lesson) == "default"
    assert router.allow_relation(lesson, Lesson())


@pytest.mark.django_db(transaction=True)
def test_the_anonymous_read_the_replica_and_members_the_primary(replica, anonymous, settings):
    assert where(anonymous).content == b"replica"
    anonymous.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    assert where(anonymous).content == b"default"


@pytest.mark.django_db(transaction=True)
def test_nobody_reads_a_replica_that_lacks_a_change_or_was_never_asked(replica, anonymous):
    for missing in (None, {7}):
        replica.missing = missing
        assert where(anonymous).content == b"default"


def test_without_a_replica_nothing_is_remembered(db):
    alone = Replica()
    alone.expect({1})
    alone.look()
    assert alone.missing is None
    assert not alone.is_current()


def test_the_first_time_the_newest_change_is_expected_too(db, replica):
    newest = [Change.objects.create(key=key) for key in "ab"][-1]
    replica.missing = None
    replica.expect({1})
    assert replica.missing == {1, newest.pk}


def test_a_replica_that_fails_is_left_alone_for_a_while(replica, anonymous, caplog):
    asked = []

    @for_anybody
    def view(request):
        asked.append(reading.get())
        if reading.get():
            raise OperationalError
        return HttpResponse()

    with caplog.at_level(logging.WARNING):
        assert view(anonymous).status_code == 200
        assert view(anonymous).status_code == 200
    assert asked == [True, False, False]
    assert caplog.messages == ["The replica does not answer (OperationalError)"]


def test_a_fault_of_the_program_is_not_hidden_by_asking_again(replica, anonymous):
    @for_anybody
    def view(request):
        raise ProgrammingError

    with pytest.raises(ProgrammingError):
        view(anonymous)
    assert replica.is_current()
