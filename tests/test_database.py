"""Every run starts with a copy of the migrated database, restored for every test."""

import threading

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

from accounts.models import User
from tests import kept
from tests.factories import make_person


@pytest.mark.django_db
def test_nothing_is_left_to_migrate():
    call_command("migrate", check_unapplied=True, verbosity=0)
    assert Group.objects.filter(name="Moderator").exists()
    assert Permission.objects.filter(codename="moderate_comment").exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_after_it():
    before = {model: set(model.objects.values_list("pk")) for model in (Group, Permission)}
    make_person("minji").groups.add(Group.objects.get(name="Moderator"))
    ContentType.objects.all().delete()
    Group.objects.all().delete()
    TransactionTestCase._fixture_teardown(None)
    assert not User.objects.exists()
    assert {model: set(model.objects.values_list("pk")) for model in before} == before
    assert Group.objects.get(name="Moderator").permissions.count() > 5
    assert ContentType.objects.get_for_model(User).pk


def test_a_database_is_made_by_one_process_and_found_by_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    made = []

    def make():
        with kept.made_once("some.file") as fresh:
            if fresh is not None:
                made.append(fresh.write_text("rows"))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert (tmp_path / "kept" / "some.file").read_text() == "rows"


def test_what_fails_half_way_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    made = kept.made_once("some.file")
    made.__enter__().write_text("half")
    with pytest.raises(OSError, match="disk"):
        made.gen.throw(OSError("disk"))
    with kept.made_once("some.file") as fresh:
        assert fresh is not None
        assert not fresh.exists()


def test_another_migration_needs_another_database(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    (tmp_path / "app" / "migrations").mkdir(parents=True)
    helper, migration = tmp_path / "app" / "helper.py", tmp_path / "app/migrations/0001_first.py"
    helper.write_text("")
    migration.write_text("from app.helper import fill\n")
    keys = {kept.key.__wrapped__()}
    helper.write_text("fill = None\n")
    keys.add(kept.key.__wrapped__())
    migration.write_text("from app.helper import fill\n\noperations = [fill]\n")
    keys.add(kept.key.__wrapped__())
    assert len(keys) == 3


@pytest.mark.django_db
def test_the_copy_is_not_the_kept_one():
    assert kept.key() not in str(connection.settings_dict["NAME"])
