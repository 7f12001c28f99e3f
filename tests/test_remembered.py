"""Rows that are made once and brought back."""

from contextlib import contextmanager

import pytest
from django.db import transaction

from course.models import LessonText, Quest
from tests.course.folders import write_quest
from tests.factories import make_person, make_quest
from tests.remembered import all_rows, import_once, remembered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_remembered_yet(monkeypatch):
    monkeypatch.setattr("tests.remembered.kept", {})


@contextmanager
def a_test():
    """What a test does is undone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def counting(make):
    """The function, which counts its calls."""

    def counted():
        counted.calls += 1
        return make()

    counted.calls = 0
    return counted


def test_what_comes_back_is_row_for_row_what_was_made():
    make = counting(lambda: make_quest(lessons=2)[0])
    with a_test():
        quest = remembered("quest", make)
        rows = all_rows()
    with a_test():
        assert remembered("quest", make) == quest
        assert all_rows() == rows
        assert LessonText.objects.filter(lesson__quest=quest).count() == 4
    assert make.calls == 1


def test_new_rows_are_numbered_on(tmp_path):
    folder = write_quest(tmp_path / "demo")
    for uid in ("other", "another"):
        with a_test():
            import_once(folder)
            assert make_quest(uid)[0].pk > Quest.objects.get(uid="demo").pk


def test_beside_rows_of_the_same_tables_it_is_made_anew():
    make = counting(make_quest)
    with a_test():
        remembered("quest", make)
    make_quest("other")
    remembered("quest", make)
    assert make.calls == 2
    assert Quest.objects.count() == 2


def test_what_changes_older_rows_is_made_each_time():
    person = make_person("minji")

    @counting
    def rename():
        person.display_name = f"name {rename.calls}"
        person.save()

    remembered("name", rename)
    remembered("name", rename)
    assert rename.calls == 2


def test_nobody_changes_what_another_gets():
    make = counting(lambda: make_quest()[0])
    with a_test():
        remembered("quest", make).slug = "changed"
    with a_test():
        assert remembered("quest", make).slug == "jax"
    assert make.calls == 1


@pytest.mark.django_db(transaction=True)
def test_they_come_back_where_every_statement_is_committed(tmp_path):
    folder = write_quest(tmp_path / "demo")
    with a_test():
        import_once(folder)
    import_once(folder)
    assert LessonText.objects.filter(lesson__quest__uid="demo").exists()
