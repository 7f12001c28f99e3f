"""`backup --check` and `restore --drill`."""

import zipfile

import pytest
from django.core.management import CommandError, call_command

from config.backup import drill as drilling
from course.models import Clock
from tests.factories import make_quest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(settings, tmp_path, learner):
    """A backup of a site with a quest and an upload."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "a.png").write_bytes(b"picture")
    make_quest(lessons=2)
    Clock.objects.create(learner=learner, revision=3)
    call_command("backup", str(tmp_path / "b.zip"))
    return tmp_path / "b.zip"


def test_a_whole_backup_is_said_to_be_whole(backup, capsys):
    call_command("backup", str(backup), check=True)
    assert "is whole" in capsys.readouterr().out


def test_a_damaged_one_is_refused(backup):
    damaged = backup.with_name("damaged.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"x" if name.startswith("media/") else b""))
    for words in (("backup", {"check": True}), ("restore", {"drill": True})):
        with pytest.raises(CommandError, match=r"larger|damaged"):
            call_command(words[0], str(damaged), **words[1])


@pytest.mark.parametrize("command", [("backup", "check"), ("restore", "drill")])
def test_a_file_that_is_not_there_is_told(tmp_path, command):
    with pytest.raises(CommandError):
        call_command(command[0], str(tmp_path / "none.zip"), **{command[1]: True})


def test_a_backup_is_tried_and_the_site_stays_as_it_is(backup, capsys, learner, monkeypatch):
    # Its processes have the site's settings, here those of a development site.
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    monkeypatch.setenv("DEBUG", "true")
    monkeypatch.delenv("CACHE_URL")
    call_command("restore", str(backup), drill=True)
    assert "came back as they were" in capsys.readouterr().out
    learner.refresh_from_db()


def test_a_drill_writes_to_no_bucket(backup, monkeypatch):
    environments = []
    monkeypatch.setenv("MEDIA_S3_BUCKET", "the-sites-own")
    monkeypatch.setattr(drilling, "run", lambda made, *_words: environments.append(made))
    with pytest.raises(FileNotFoundError):  # nothing was run, so nothing was written
        drilling.drill(backup)
    assert {made["MEDIA_S3_BUCKET"] for made in environments} == {""}


def test_clocks_that_are_lost_are_named():
    before = {"tables": {"course.clock": {"sha256": "a", "count": 2}}, "media": {}}
    after = {"tables": {"course.clock": {"sha256": "b", "count": 1}}, "media": {}}
    assert drilling.differences(before, after) == ["course.clock"]


def test_what_comes_back_different_is_named(backup):
    before = {"tables": {"course.quest": {"sha256": "a"}}, "media": {"x.png": {"sha256": "b"}}}
    after = {"tables": {"course.quest": {"sha256": "c"}}, "media": {}}
    assert drilling.differences(before, after) == ["course.quest", "x.png"]
