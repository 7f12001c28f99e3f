"""Write a backup: a consistent snapshot of the whole site."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from config.backup.objects import object_names, object_pieces
from config.backup.tables import applied_migrations, fields_of, lines_of, saved_models

FORMAT = 1
PIECE = 1024 * 1024


def write(target: Path) -> dict[str, Any]:
    """Write the backup to `target`, all or nothing. Returns the manifest.

    The tables are read from one snapshot, even while others write. The file holds e-mail addresses
    and password hashes, so only its owner may read it.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)  # mkstemp made it with mode 600
    try:
        with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = fill(archive)
        sync_to_disk(name)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return manifest


def sync_to_disk(name: str) -> None:
    """fsync, so that the backup survives a power cut."""
    with open(name, "rb") as file:
        os.fsync(file.fileno())


def fill(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Write tables, files and finally the manifest with their checksums."""
    with one_moment():
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(),
            "migrations": applied_migrations(),
            "tables": {
                model._meta.label_lower: {
                    "columns": [field.attname for field in fields_of(model)],
                    **add(archive, f"tables/{model._meta.label_lower}.jsonl", lines_of(model)),
                }
                for model in saved_models()
            },
        }
    manifest["media"] = {name: add(archive, f"media/{name}", chunks) for name, chunks in uploads()}
    archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


@contextmanager
def one_moment() -> Iterator[None]:
    """Open a transaction that reads one snapshot until its end and blocks no writer."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    connection.ensure_connection()  # it knows its mode only when it is open
    mode = connection.transaction_mode  # type: ignore[attr-defined]
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


def add(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    """Write one member. Returns its number of chunks, size and SHA-256."""
    digest, size, count = hashlib.sha256(), 0, 0
    with archive.open(name, "w", force_zip64=True) as member:
        for chunk in chunks:
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            count += 1
    return {"count": count, "size": size, "sha256": digest.hexdigest()}


def uploads() -> Iterator[tuple[str, Iterator[bytes]]]:
    """Return the name of every upload, and its content in chunks."""
    if settings.MEDIA_S3_BUCKET:
        return ((name, object_pieces(name)) for name in object_names())
    return ((name, pieces(path)) for name, path in media_files())


def media_files() -> Iterator[tuple[str, Path]]:
    """Return every uploaded file by its path below MEDIA_ROOT; hidden files are skipped."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not path.is_symlink() and "/." not in f"/{name}":
            yield name, path


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file in chunks."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
