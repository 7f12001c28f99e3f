"""Uploads of a backup in object storage, which has no folders to rename."""

import zipfile
from collections.abc import Iterator
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage


def object_names(folder: str = "") -> Iterator[str]:
    """Return the name of every upload, in order; hidden ones are skipped."""
    folders, files = default_storage.listdir(folder)
    for name in sorted({*folders, *files}):
        path = f"{folder}/{name}" if folder else name
        if name.startswith("."):
            continue
        if name in folders:
            yield from object_names(path)
        if name in files:
            yield path


def object_pieces(name: str) -> Iterator[bytes]:
    """Yield an upload in chunks."""
    with default_storage.open(name) as file:
        yield from file.chunks()


class Objects:
    """Adds the backup's uploads that are missing, and removes none.

    A name is the hash of its content, so nothing that is there can be another picture, and what the
    restored rows don't name is in nobody's way. So there is nothing to take back either.
    """

    def __init__(self, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self.archive, self.media = archive, manifest["media"]

    def __enter__(self) -> "Objects":
        for name, entry in self.media.items():
            if not is_there(name, entry["size"]):
                with self.archive.open(f"media/{name}") as member:
                    default_storage.save(name, File(member))
        return self

    def put_in_place(self) -> None:
        """Do nothing: they are where they belong."""

    def __exit__(self, *error: Any) -> None:
        pass


def is_there(name: str, size: int) -> bool:
    """Return whether there is an upload of this name and size."""
    try:
        return bool(default_storage.size(name) == size)
    except FileNotFoundError:
        return False
