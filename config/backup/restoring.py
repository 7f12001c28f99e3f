"""Restore a backup completely, or change nothing."""

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
from config.backup.objects import Objects
from config.backup.tables import CHUNK, applied_migrations, fields_of, row_of, saved_models
from config.backup.writing import FORMAT, PIECE
from config.errors import UploadsAway
from course.models import Quest
from pagecache.changes import EVERYTHING, invalidate

Manifest = dict[str, Any]


class RestoreRefused(Exception):
    """The backup can't be restored here; the message says why. Nothing was changed."""


class RollbackFailed(Exception):
    """The tables are unchanged, but some uploads could not be moved back.

    The message says where.
    """


# What a file system keeps for itself at the top of a mount point; all else there is uploads.
NO_UPLOADS = ("lost+found",)

# What a file that was cut off, changed on the way or is something else makes the readers raise.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RuntimeError)


def restore(source: Path, *, overwrite: bool = False) -> Manifest:
    """Replace the site's contents by the backup. Returns its manifest.

    Raises RestoreRefused for a damaged file, tables of another release, or, without `overwrite`, a
    site that has users or quests; RollbackFailed when undoing a failed restore failed as well.
    Starts a new epoch, so that every browser sends its progress again.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = whole_manifest(archive)
            check_site(manifest, overwrite)
            kind = Objects if settings.MEDIA_S3_BUCKET else Uploads
            with kind(archive, manifest) as media:
                fill_site(archive, manifest, media)
    except zipfile.BadZipFile as error:
        raise RestoreRefused(f"{source} is damaged or no backup: {error}") from error
    except (OSError, IntegrityError, DataError, UploadsAway) as error:
        raise RestoreRefused(f"Nothing was restored: {error}") from error
    return manifest


def check_file(source: Path) -> Manifest:
    """Return the manifest of a backup that is whole. Raises RestoreRefused; changes nothing."""
    try:
        with zipfile.ZipFile(source) as archive:
            return whole_manifest(archive)
    except zipfile.BadZipFile as error:
        raise RestoreRefused(f"{source} is damaged or no backup: {error}") from error


def whole_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Return the manifest after checking that every member matches it."""
    try:
        manifest = read_manifest(archive)
        check(archive, manifest)
    except DAMAGE as error:
        raise RestoreRefused(f"{archive.filename} is damaged or no backup: {error}") from error
    return manifest


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Return the manifest. Raises RestoreRefused for an unknown format."""
    manifest: Manifest = json.loads(archive.read("manifest.json"))
    if manifest["format"] != FORMAT:
        raise RestoreRefused(f"The backup has format {manifest['format']}, this is {FORMAT}.")
    return manifest


def check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Check that every member exists, is unchanged, and stays below its folder."""
    members = {f"tables/{name}.jsonl": entry for name, entry in manifest["tables"].items()}
    members |= {f"media/{name}": entry for name, entry in manifest["media"].items()}
    for name, entry in members.items():
        if not stays_below(name.partition("/")[2]):
            raise RestoreRefused(f"The backup names a file outside its folder: {name}")
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as member:
            while piece := member.read(PIECE):
                digest.update(piece)
                size += len(piece)
                if size > entry["size"]:
                    raise RestoreRefused(f"{name} in the backup is larger than its list says.")
        if digest.hexdigest() != entry["sha256"]:
            raise RestoreRefused(f"{name} in the backup is damaged.")


def stays_below(name: str) -> bool:
    """Return whether a file of this name lies below the folder that it is written to."""
    path = PurePosixPath(name)
    odd = path.is_absolute() or ".." in path.parts or not path.parts
    return not odd and str(path) == name and "\\" not in name and "\x00" not in name


def check_site(manifest: Manifest, overwrite: bool) -> None:
    """Check that the migrations match, and that no data is lost without `overwrite`."""
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
    """Swaps the backup's uploads with the current ones by renaming.

    Files are unpacked within MEDIA_ROOT, which may be a mount point. `take_back` undoes the renames
    when something fails afterwards.
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
        """Write the backup's files beside those that they will replace."""
        for part in ("new", "old"):
            (self.folder / part).mkdir()
        for name in self.names:
            target = self.folder / "new" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with self.archive.open(f"media/{name}") as member, target.open("wb") as file:
                shutil.copyfileobj(member, file, PIECE)

    def put_in_place(self) -> None:
        """Replace files by renaming, so that none is ever half written."""
        for entry in self.root.iterdir():
            if not entry.name.startswith(".") and entry.name not in NO_UPLOADS:
                self.move(entry, self.folder / "old" / entry.name)
        for entry in (self.folder / "new").iterdir():
            self.move(entry, self.root / entry.name)

    def move(self, source: Path, target: Path) -> None:
        """Rename a file and record it for `take_back`."""
        os.replace(source, target)
        self.moves.append((source, target))

    def take_back(self) -> None:
        """Undo the renames in reverse order. Saved originals are deleted only if all succeeded."""
        try:
            for source, target in reversed(self.moves):
                os.replace(target, source)
        except OSError as error:
            raise RollbackFailed(
                "The tables are as they were, but not all uploads could be put back. Those that "
                f"are missing in {self.root} are in {self.folder / 'old'}: {error}"
            ) from error

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        if kind:
            self.take_back()
        shutil.rmtree(self.folder, ignore_errors=True)


def fill_site(archive: zipfile.ZipFile, manifest: Manifest, media: Uploads | Objects) -> None:
    """Replace every row and file in one transaction; foreign keys are checked at its end."""
    with transaction.atomic(durable=True):
        for model in [*saved_models(), *signed_in_models()]:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {quoted(model)}")  # noqa: S608 - our own table
        for model in saved_models():
            with archive.open(f"tables/{model._meta.label_lower}.jsonl") as lines:
                insert(model, lines)
        reset_sequences()
        begin_epoch()
        invalidate(EVERYTHING)
        media.put_in_place()
    ContentType.objects.clear_cache()


def signed_in_models() -> Iterator[type[models.Model]]:
    """Return the session models, which are not restored: a restore signs everybody out."""
    yield apps.get_model("usersessions", "UserSession")
    yield apps.get_model("sessions", "Session")


def quoted(model: type[models.Model]) -> str:
    """Return the model's quoted table name."""
    return connection.ops.quote_name(model._meta.db_table)


def insert(model: type[models.Model], lines: Any) -> None:
    """Insert the rows of one table in chunks."""
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
    """Advance the sequences past the restored ids."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), saved_models()):
            cursor.execute(statement)


def begin_epoch() -> None:
    """Start a new epoch: the server may lack progress that it acknowledged before."""
    try:
        start_new_epoch = import_string("course.progress.epochs.start_new_epoch")
    except ModuleNotFoundError:
        return
    start_new_epoch()
