"""Finished pages that all processes of a machine share, as files of one directory.

A file holds what `pagecache.wsgi.PageCache` stores, and what its builder knew of changes. Whoever
reads it compares that with its own knowledge, which is at most a second old, so no query is needed
and the answer is the same while the database is away.
"""

import hashlib
import json
import logging
import os
import tempfile
import threading
from collections.abc import Hashable
from datetime import datetime
from pathlib import Path

import brotli
from django.utils import timezone

from pagecache.changes import OVERLAP, Memory, Position
from pagecache.pages import Page

logger = logging.getLogger(__name__)


class Folder:
    """Bounded directory of small files; the oldest are removed. No error of a disk gets out."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path = path
        self.max_bytes = max_bytes
        self.lock = threading.Lock()
        self.until_sweep = 0
        self.is_failing = False
        self.is_usable = self.open()

    def open(self) -> bool:
        """Make the directory. Returns False for one that others could write pages into."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self.path.stat()
        except OSError as error:
            logger.warning("No shared pages: %s", error)
            return False
        if found.st_uid != os.geteuid() or found.st_mode & 0o022:
            logger.warning("No shared pages: others may write to %s", self.path)
            return False
        return True

    def read(self, name: str) -> bytes | None:
        """Return the file's content, or None."""
        try:
            return (self.path / name).read_bytes() if self.is_usable else None
        except OSError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write the whole file or nothing; readers never see half of one."""
        if not self.is_usable:
            return
        try:
            self.make_room(len(content))
            self.replace(name, content)
            self.is_failing = False
        except OSError as error:
            if not self.is_failing:
                logger.warning("Pages can't be shared: %s", error)
            self.is_failing = True
            self.is_usable = self.open()  # somebody may have removed the directory

    def replace(self, name: str, content: bytes) -> None:
        """Put the content in the file's place at once. Raises OSError."""
        with tempfile.NamedTemporaryFile(dir=self.path, delete=False) as file:
            temporary = Path(file.name)
        try:
            temporary.write_bytes(content)
            temporary.replace(self.path / name)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def make_room(self, size: int) -> None:
        """Remove the oldest files, each time that a sixteenth of the directory was written."""
        with self.lock:
            self.until_sweep -= size
            if self.until_sweep > 0:
                return
            self.until_sweep = self.max_bytes // 16
        files = sorted(self.sizes(), reverse=True)
        total = 0
        for _modified, length, path in files:
            total += length
            if total > self.max_bytes * 7 // 8:
                path.unlink(missing_ok=True)

    def sizes(self) -> list[tuple[float, int, Path]]:
        """Return modification time, bytes and path of each file."""
        found = []
        with os.scandir(self.path) as entries:
            for entry in entries:
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # another process has just removed it
                found.append((status.st_mtime, status.st_size, Path(entry.path)))
        return found


class SharedPages:
    """The pages of one release in the directory, as one process sees them."""

    def __init__(self, folder: Folder, memory: Memory, *, release: str, max_seconds: float) -> None:
        """`release` stands for all that pages are made of besides the database."""
        self.folder = folder
        self.memory = memory
        self.release = release
        self.max_seconds = max_seconds

    def name(self, address: Hashable) -> str:
        """Return the name of an address' file: another release has others."""
        return hashlib.blake2b(repr((self.release, address)).encode(), digest_size=20).hexdigest()

    def write(self, address: Hashable, page: Page, keys: frozenset[str], built: Position) -> None:
        """Share a page that was begun when its builder's position was `built`."""
        head = {
            "at": built.at.isoformat(),
            "seen": sorted(built.seen),
            "keys": sorted(keys),
            "headers": page.headers,
            "digest": page.digest,
        }
        body = page.form("br")[2][0]
        self.folder.write(self.name(address), json.dumps(head).encode() + b"\n" + body)

    def read(self, address: Hashable, *, stale: bool) -> tuple[Page, frozenset[str]] | None:
        """Return the page and its keys, or None; `stale` while the database is away."""
        content = self.folder.read(self.name(address))
        if content is None:
            return None
        try:
            return self.page_of(content, stale=stale)
        except (ValueError, KeyError, TypeError, brotli.error):
            return None  # cut short, or no page at all

    def page_of(self, content: bytes, *, stale: bool) -> tuple[Page, frozenset[str]] | None:
        """Return what the file holds, if it may be served. Raises ValueError and the like."""
        head, _, compressed = content.partition(b"\n")
        facts = json.loads(head)
        built = Position(datetime.fromisoformat(facts["at"]), frozenset(facts["seen"]), 0)
        keys = frozenset(facts["keys"])
        seconds = self.max_seconds - (timezone.now() - built.at).total_seconds()
        if self.memory.is_outdated(built, keys) or not (stale or self.is_young(built, seconds)):
            return None
        headers = [(name, value) for name, value in facts["headers"]]
        page = Page(headers, brotli.decompress(compressed), seconds)
        if page.digest != facts["digest"]:
            return None
        page.keep("br", compressed)
        return page, keys

    def is_young(self, built: Position, seconds: float) -> bool:
        """Return whether the page has `seconds` left and this process knows all changes since."""
        since = self.memory.knows_since
        if since is None or built.at < since:
            return False
        return 0 < seconds < self.max_seconds + OVERLAP.total_seconds()
