"""A backup, restored, is the same site; a bad one changes nothing."""

import json
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.models import Notification, User
from config.backup.others import others_connected
from config.backup.restoring import RestoreRefused, RollbackFailed, Uploads, restore, stays_below
from config.backup.tables import lines_of, saved_models
from config.backup.writing import write
from course.models import Announcement, Quest, Tag
from tests import kept
from tests.factories import make_person

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db(transaction=True)

FILL = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Notification, User
from course.models import Announcement, Quest, QuestText, Tag
for name in ("mina", "dohyun"):
    person = User.objects.create_user(f"{name}@example.com", handle=name, display_name="가나다")
    told = dict(kind="reply", text='"quoted" \\n line', url="/", read_at=timezone.now())
    Notification.objects.create(learner=person, key="k", **told)
Tag.objects.create(slug="자동미분")
quest = Quest.objects.create(uid="first-quest", slug="first", emoji="🚀", status="published")
outline = [{"title": "장", "lessons": [], "number": 1.5}]
QuestText.objects.create(quest=quest, language="ko", title="첫걸음", outline=outline)
Announcement.objects.create(titles={"ko": "소식"}, bodies={"ko": "**글**"})
"""


def contents() -> dict[str, list[bytes]]:
    """Every row of the site, table by table."""
    return {model._meta.label_lower: list(lines_of(model)) for model in saved_models()}


def empty_site() -> None:
    for model in (Notification, Announcement, Tag, Quest, User):
        model.objects.all().delete()


@pytest.fixture
def filled(settings, tmp_path):
    """A site with a little of everything, and one upload."""
    settings.MEDIA_ROOT = tmp_path / "media"
    exec(FILL, {})
    User.objects.first().groups.add(Group.objects.get_or_create(name="Moderator")[0])
    (tmp_path / "media" / "avatars").mkdir(parents=True)
    (tmp_path / "media" / "avatars" / "a.png").write_bytes(bytes(range(256)) * 9000)
    return tmp_path


def test_a_restored_site_is_the_same_row_for_row_and_file_for_file(filled):
    before = contents()
    write(filled / "site.zip")
    empty_site()
    upload = filled / "media" / "avatars" / "a.png"
    upload.write_bytes(b"changed")
    (filled / "media" / "later.txt").write_text("made after the backup")
    restore(filled / "site.zip")
    assert contents() == before
    assert upload.read_bytes() == bytes(range(256)) * 9000
    assert not (filled / "media" / "later.txt").exists()
    assert not list(filled.rglob(".restoring-*"))


def test_new_rows_after_a_restore_get_numbers_of_their_own(filled):
    write(filled / "site.zip")
    empty_site()
    restore(filled / "site.zip")
    assert make_person("newcomer").pk > max(
        User.objects.exclude(handle="newcomer").values_list("pk", flat=True)
    )


def test_a_site_with_people_is_replaced_only_when_told(filled):
    write(filled / "site.zip")
    make_person("later")
    with pytest.raises(RestoreRefused, match="--overwrite"):
        restore(filled / "site.zip")
    assert User.objects.filter(handle="later").exists()
    restore(filled / "site.zip", overwrite=True)
    assert not User.objects.filter(handle="later").exists()


def test_sign_ins_end_with_a_restore(filled, client):
    write(filled / "site.zip")
    client.force_login(User.objects.first())
    restore(filled / "site.zip", overwrite=True)
    assert client.get("/").wsgi_request.user.is_anonymous


def rewritten(source: Path, name: str, change) -> Path:
    """A copy of the backup with one member changed."""
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, change(content) if member == name else content)
    return target


def without_last_migration(content: bytes) -> bytes:
    manifest = json.loads(content)
    manifest["migrations"].pop()
    return json.dumps(manifest).encode()


def outside(content: bytes) -> bytes:
    manifest = json.loads(content)
    manifest["media"]["../evil"] = manifest["media"].pop("avatars/a.png")
    return json.dumps(manifest).encode()


def absolute(content: bytes) -> bytes:
    manifest = json.loads(content)
    manifest["media"]["/tmp/evil"] = manifest["media"].pop("avatars/a.png")
    return json.dumps(manifest).encode()


def understated(content: bytes) -> bytes:
    manifest = json.loads(content)
    manifest["media"]["avatars/a.png"]["size"] -= 1
    return json.dumps(manifest).encode()


@pytest.mark.parametrize("name", ["a.png", "a/b.png", "a..b"])
def test_a_name_below_its_folder_is_one(name):
    assert stays_below(name)


@pytest.mark.parametrize("name", ["", "/a", "a/../../b", "..", "./a", "a//b", "a\\..\\b", "a\0"])
def test_a_name_that_leaves_its_folder_or_is_odd_is_none(name):
    assert not stays_below(name)


@pytest.mark.parametrize(
    ("member", "change", "reason"),
    [
        (
            "tables/accounts.user.jsonl",
            lambda content: content.replace(b"mina", b"nina"),
            "damaged",
        ),
        ("manifest.json", without_last_migration, "another release"),
        ("manifest.json", outside, "outside"),
        ("manifest.json", absolute, "outside"),
        ("manifest.json", understated, "larger"),
        ("manifest.json", lambda content: b"{", "damaged"),
        ("manifest.json", lambda content: b'{"format": 99}', "format 99"),
    ],
)
def test_a_bad_backup_is_refused_and_changes_nothing(filled, member, change, reason):
    write(filled / "site.zip")
    before = contents()
    with pytest.raises(RestoreRefused, match=reason):
        restore(rewritten(filled / "site.zip", member, change), overwrite=True)
    assert contents() == before
    assert (filled / "media" / "avatars" / "a.png").exists()


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_a_backup_that_was_cut_off_is_refused_and_changes_nothing(filled, part):
    write(filled / "site.zip")
    before, whole = contents(), (filled / "site.zip").read_bytes()
    (filled / "site.zip").write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(RestoreRefused, match="damaged or no backup"):
        restore(filled / "site.zip", overwrite=True)
    assert contents() == before


def test_bytes_that_changed_on_the_disk_are_noticed_wherever_they_are(filled):
    write(filled / "site.zip")
    before, whole = contents(), bytearray((filled / "site.zip").read_bytes())
    with zipfile.ZipFile(filled / "site.zip") as archive:
        parts = [part for part in archive.infolist() if part.compress_size > 20]
    for part in parts:
        spoilt = whole.copy()
        # The fixed header ends with the lengths of the name and of what follows it.
        named = part.header_offset + 26
        start = named + 4 + sum(struct.unpack_from("<HH", whole, named))
        spoilt[start + part.compress_size // 2] ^= 0xFF
        (filled / "site.zip").write_bytes(spoilt)
        with pytest.raises(RestoreRefused):
            restore(filled / "site.zip", overwrite=True)
    assert parts
    assert contents() == before


def test_files_come_back_when_the_tables_can_not_be_replaced(filled, monkeypatch):
    write(filled / "site.zip")
    upload = filled / "media" / "avatars" / "a.png"
    upload.write_bytes(b"changed")
    before, put_in_place = contents(), Uploads.put_in_place

    def put_and_fail(self):
        put_in_place(self)
        assert upload.read_bytes() != b"changed"
        raise OSError("the disk is full")

    monkeypatch.setattr(Uploads, "put_in_place", put_and_fail)
    with pytest.raises(RestoreRefused, match="Nothing was restored: the disk is full"):
        restore(filled / "site.zip", overwrite=True)
    assert contents() == before
    assert upload.read_bytes() == b"changed"
    assert [path.name for path in (filled / "media").iterdir()] == ["avatars"]


def test_the_folder_of_uploads_itself_stays_where_it_is_mounted(filled):
    write(filled / "site.zip")
    number = (filled / "media").stat().st_ino
    restore(filled / "site.zip", overwrite=True)
    assert (filled / "media").stat().st_ino == number


def failing_replace(monkeypatch, fails):
    """os.replace that refuses the nth renames for which `fails(n)` holds."""
    replace, count = os.replace, iter(range(1000))

    def sometimes(source, target):
        if fails(next(count)):
            raise OSError(16, "Device or resource busy", str(source))
        replace(source, target)

    monkeypatch.setattr("config.backup.restoring.os.replace", sometimes)


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_rename_that_fails_takes_all_of_the_restore_back(filled, monkeypatch, number):
    (filled / "media" / "b.txt").write_text("in the backup")
    write(filled / "site.zip")
    (filled / "media" / "b.txt").write_text("written later")
    User.objects.update(display_name="Later")
    before = contents()
    failing_replace(monkeypatch, lambda n: n == number)
    with pytest.raises(RestoreRefused, match=r"Nothing was restored: .*busy"):
        restore(filled / "site.zip", overwrite=True)
    assert contents() == before
    assert sorted(path.name for path in (filled / "media").iterdir()) == ["avatars", "b.txt"]
    assert (filled / "media" / "b.txt").read_text() == "written later"


def test_uploads_that_can_not_be_put_back_are_kept_and_named(filled, monkeypatch):
    write(filled / "site.zip")
    (filled / "media" / "avatars" / "a.png").write_bytes(b"changed")
    before = contents()
    failing_replace(monkeypatch, lambda n: n > 0)
    with pytest.raises(
        RollbackFailed, match=r"tables are as they were.*\.restoring-\w+/old"
    ) as told:
        restore(filled / "site.zip", overwrite=True)
    assert contents() == before
    (kept,) = (filled / "media").glob(".restoring-*/old/avatars/a.png")
    assert kept.read_bytes() == b"changed"
    assert str(kept.parent.parent) in str(told.value)


def test_a_disk_that_is_full_while_unpacking_is_not_left_full(filled, monkeypatch):
    write(filled / "site.zip")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("config.backup.restoring.shutil.copyfileobj", full)
    with pytest.raises(RestoreRefused, match=r"Nothing was restored: .*No space"):
        restore(filled / "site.zip", overwrite=True)
    assert [path.name for path in (filled / "media").iterdir()] == ["avatars"]


def test_what_the_file_system_keeps_in_a_mount_point_stays(filled):
    write(filled / "site.zip")
    (filled / "media" / "lost+found").mkdir()
    restore(filled / "site.zip", overwrite=True)
    assert (filled / "media" / "lost+found").is_dir()


def test_a_row_that_the_database_refuses_undoes_the_whole_restore(filled, monkeypatch):
    write(filled / "site.zip")
    before = contents()

    def fail():
        raise OSError("the disk is full")

    monkeypatch.setattr("config.backup.restoring.begin_epoch", fail)
    with pytest.raises(RestoreRefused):
        restore(filled / "site.zip", overwrite=True)
    assert contents() == before


def test_rows_that_break_a_rule_of_the_database_are_refused_in_words(filled, monkeypatch):
    write(filled / "site.zip")
    before = contents()

    def fail():
        raise IntegrityError("FOREIGN KEY constraint failed")

    monkeypatch.setattr("config.backup.restoring.begin_epoch", fail)
    with pytest.raises(RestoreRefused, match="Nothing was restored: FOREIGN KEY"):
        restore(filled / "site.zip", overwrite=True)
    assert contents() == before


def test_the_file_is_its_owners_alone_and_a_failed_backup_leaves_none(filled, monkeypatch):
    write(filled / "site.zip")
    assert (filled / "site.zip").stat().st_mode & 0o077 == 0

    def fail():
        raise OSError("gone")

    monkeypatch.setattr("config.backup.writing.media_files", fail)
    with pytest.raises(CommandError):
        call_command("backup", filled / "second.zip")
    assert [path.name for path in filled.glob("*.zip")] == ["site.zip"]
    assert not list(filled.glob(".second*"))


def test_the_commands_say_what_they_did(filled, capsys):
    call_command("backup", filled / "site.zip")
    call_command("restore", filled / "site.zip", overwrite=True)
    said = capsys.readouterr().out
    assert "1 files" in said
    assert str(timezone.now().year) in said


def test_the_commands_work_in_a_process_that_has_asked_the_database_nothing(filled):
    settings = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{filled}/other.sqlite3",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MEDIA_ROOT": str(filled / "others"),
        "DEBUG": "true",
    }

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, env=settings, cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    write(filled / "site.zip")
    assert "run `manage.py migrate` first" in manage("restore", str(filled / "site.zip"))
    shutil.copyfile(kept.migrated_sqlite(), filled / "other.sqlite3")
    assert "The site is as it was" in manage("restore", str(filled / "site.zip"))
    assert "1 files are in" in manage("backup", str(filled / "again.zip"))


@pytest.mark.postgres
def test_a_backup_from_sqlite_can_be_restored_into_postgres(filled):
    shutil.copyfile(kept.migrated_sqlite(), filled / "other.sqlite3")
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{filled}/other.sqlite3",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command as call\n"
        + FILL
        + f"call('backup', {str(filled / 'lite.zip')!r})\n"
        "from tests.config.test_backup import contents\n"
        "import json\n"
        "print(json.dumps({k: [r.decode() for r in v] for k, v in contents().items()}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, check=False
    )
    assert result.returncode == 0, result.stderr.decode()
    there = json.loads(result.stdout.splitlines()[-1])
    restore(filled / "lite.zip", overwrite=True)
    assert {name: [row.decode() for row in rows] for name, rows in contents().items()} == there
    assert make_person("newcomer").pk > 2


def test_replacing_a_site_that_runs_is_warned_of(filled, tmp_path, monkeypatch, capsys):
    call_command("backup", str(tmp_path / "b.zip"))
    monkeypatch.setattr("config.management.commands.restore.others_connected", lambda: 3)
    call_command("restore", str(tmp_path / "b.zip"), overwrite=True)
    assert "3 other connections" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_a_process_that_uses_the_database_is_found(on_postgres):
    code = (
        "import django, sys; django.setup(); from django.db import connection; "
        "connection.ensure_connection(); print('open', flush=True); sys.stdin.read()"
    )
    settings = connection.settings_dict
    url = f"sqlite:///{settings['NAME']}"
    if on_postgres:
        host = settings["OPTIONS"].get("host") or settings["HOST"]
        url = f"postgres://postgres@/{settings['NAME']}?host={host}"
    before = others_connected()
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )  # fmt: skip
    assert other.stdout.readline() == "open\n"
    assert others_connected() == before + 1
    other.communicate("")
