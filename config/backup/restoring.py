"""Bring a backup back: all of it, or nothing."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils.module_loading import import_string

from accounts.models import User
from config.backup.tables import CHUNK, applied_migrations, fields_of, row_of, saved_models
from config.backup.writing import FORMAT, PIECE
from course.models import Quest
from pagecache.changes import EVERYTHING, touch

Manifest = dict[str, Any]


class RestoreRefused(Exception):
    """The backup can't be restored here; the text says why and nothing was changed."""


class RestoreStuck(Exception):
    """The tables are as they were, but not all uploads could be put back; the text says where."""


# What a file system keeps for itself at the top of a mount point; all else there is uploads.
NO_UPLOADS = ("lost+found",)

# What a file that was cut off, changed on the way or is something else makes the readers raise.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RuntimeError)


def restore(source: Path, *, overwrite: bool = False) -> Manifest:
    """Replace the site by the backup; gives its manifest.

    Raises RestoreRefused for a damaged file, another release's tables, or, without `overwrite`, a
    site that has people or quests; RestoreStuck when taking it back failed as well.
    Every browser is told to send its progress again (new epoch).
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = whole_manifest(archive)
            check_site(manifest, overwrite)
            with Uploads(archive, manifest) as media:
                fill_site(archive, manifest, media)
    except zipfile.BadZipFile as error:
        raise RestoreRefused(f"{source} is damaged or no backup: {error}") from error
    except (OSError, IntegrityError, DataError) as error:
        raise RestoreRefused(f"Nothing was restored: {error}") from error
    return manifest


def whole_manifest(archive: zipfile.ZipFile) -> Manifest:
    """The manifest of a backup whose every member is as it was written."""
    try:
        manifest = read_manifest(archive)
        check(archive, manifest)
    except DAMAGE as error:
        raise RestoreRefused(f"{archive.filename} is damaged or no backup: {error}") from error
    return manifest


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """The manifest, of a format that we know."""
    manifest: Manifest = json.loads(archive.read("manifest.json"))
    if manifest["format"] != FORMAT:
        raise RestoreRefused(f"The backup has format {manifest['format']}, this is {FORMAT}.")
    return manifest


def check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every member is there, unchanged, and stays below its folder."""
    members = {f"tables/{name}.jsonl": entry for name, entry in manifest["tables"].items()}
    members |= {f"media/{name}": entry for name, entry in manifest["media"].items()}
    for name, entry in members.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise RestoreRefused(f"The backup names a file outside its folder: {name}")
        digest = hashlib.sha256()
        with archive.open(name) as member:
            while piece := member.read(PIECE):
                digest.update(piece)
        if digest.hexdigest() != entry["sha256"]:
            raise RestoreRefused(f"{name} in the backup is damaged.")


def check_site(manifest: Manifest, overwrite: bool) -> None:
    """The tables have the backup's shape, and nothing is lost unasked."""
    here, there = set(applied_migrations()), set(manifest["migrations"])
    if not here:
        raise RestoreRefused("This database has no tables yet: run `manage.py migrate` first.")
    if here != there:
        example = sorted(here ^ there)[0]
        raise RestoreRefused(
            f"The backup is of another release ({example}). Install that release, restore there "
            "and then update."
        )
    if not overwrite and (User.objects.exists() or Quest.objects.exists()):
        raise RestoreRefused("This site has people or quests. To replace them, say --overwrite.")


class Uploads:
    """The backup's uploads: unpacked within MEDIA_ROOT, which may be a mount point, and swapped
    with what is there by renaming; taken back when something fails afterwards.
    """

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.archive, self.names = archive, list(manifest["media"])
        self.root = Path(settings.MEDIA_ROOT)
        self.moves: list[tuple[Path, Path]] = []

    def __enter__(self) -> "Uploads":
        self.root.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(dir=self.root, prefix=".restoring-"))
        try:
            self.unpack()
        except BaseException:
            # A full disk must not stay full.
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def unpack(self) -> None:
        """Write the backup's files next to those that they will replace."""
        for part in ("new", "old"):
            (self.folder / part).mkdir()
        for name in self.names:
            target = self.folder / "new" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with self.archive.open(f"media/{name}") as member, target.open("wb") as file:
                shutil.copyfileobj(member, file, PIECE)

    def put_in_place(self) -> None:
        """Swap by renaming; no file can be half there."""
        for entry in self.root.iterdir():
            if not entry.name.startswith(".") and entry.name not in NO_UPLOADS:
                self.move(entry, self.folder / "old" / entry.name)
        for entry in (self.folder / "new").iterdir():
            self.move(entry, self.root / entry.name)

    def move(self, source: Path, target: Path) -> None:
        """Rename, and remember it."""
        os.replace(source, target)
        self.moves.append((source, target))

    def take_back(self) -> None:
        """Undo the renames, last first; what was there before is deleted only if all is back."""
        try:
            for source, target in reversed(self.moves):
                os.replace(target, source)
        except OSError as error:
            raise RestoreStuck(
                "The tables are as they were, but not all uploads could be put back. Those that "
                f"are missing in {self.root} are in {self.folder / 'old'}: {error}"
            ) from error

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        if kind:
            self.take_back()
        shutil.rmtree(self.folder, ignore_errors=True)


def fill_site(archive: zipfile.ZipFile, manifest: Manifest, media: Uploads) -> None:
    """Replace every row and file, in one transaction; foreign keys are checked at its end."""
    with transaction.atomic(durable=True):
        for model in [*saved_models(), *signed_in_models()]:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {quoted(model)}")  # noqa: S608 - our own table
        for model in saved_models():
            with archive.open(f"tables/{model._meta.label_lower}.jsonl") as lines:
                insert(model, lines)
        reset_sequences()
        begin_epoch()
        touch(EVERYTHING)
        media.put_in_place()
    ContentType.objects.clear_cache()


def signed_in_models() -> Iterator[type[models.Model]]:
    """Sign-ins: nobody stays signed in over a restore."""
    yield apps.get_model("usersessions", "UserSession")
    yield apps.get_model("sessions", "Session")


def quoted(model: type[models.Model]) -> str:
    """The model's table in SQL."""
    return connection.ops.quote_name(model._meta.db_table)


def insert(model: type[models.Model], lines: Any) -> None:
    """Insert the rows of one table, in chunks."""
    fields = fields_of(model)
    columns = ", ".join(
        connection.ops.quote_name(field.column or field.attname) for field in fields
    )
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quoted(model)} ({columns}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        while chunk := list(islice(lines, CHUNK)):
            cursor.executemany(sql, [row_of(line, fields) for line in chunk])


def reset_sequences() -> None:
    """New rows get numbers behind those of the backup."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), saved_models()):
            cursor.execute(statement)


def begin_epoch() -> None:
    """Tell every browser that the server may have forgotten what it acknowledged."""
    try:
        start_new_epoch = import_string("course.progress.epochs.start_new_epoch")
    except ModuleNotFoundError:
        return
    start_new_epoch()
