"""The migrated database that every run copies, created once and stored in `var/kept/`.

What it is made of gives it its name: the migrations of all apps, the modules of ours that they
import and the locked packages. With another of these another one is made, and older ones go.
"""

import ast
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "kept"
SETTINGS = [ROOT / name for name in ("requirements/dev.lock", "config/settings.py")]
UNUSED_FOR = 14 * 24 * 3600  # seconds; branches have migrations of their own


@cache
def key() -> str:
    """The name of what the present migrations lead to."""
    own = sorted(ROOT.glob("*/migrations/*.py"))
    helpers = sorted({module for file in own for module in imported(file)})
    found = hashlib.sha256(sys.version.encode())
    for file in (*own, *helpers, *SETTINGS, Path(__file__)):
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()[:16]


def imported(file: Path) -> Iterator[Path]:
    """The modules of the project that a module imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            path = ROOT.joinpath(*name.split("."))
            yield from filter(Path.is_file, (path.with_suffix(".py"), path / "__init__.py"))


@contextmanager
def made_once(name: str) -> Iterator[Path | None]:
    """The path to make `name` at when it isn't there yet, else None; others wait meanwhile.

    What was made is moved to its place at the end; what is half made never is.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        # The parts of the suite start at once: one of them migrates.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (FOLDER / name).exists():
            os.utime(FOLDER / name)
            yield None
            return
        for old in FOLDER.iterdir():
            if old.name != "lock" and time.time() - old.stat().st_mtime > UNUSED_FOR:
                remove(old)
        fresh = FOLDER / f"{name}.part"
        remove(fresh)
        yield fresh
        if fresh.exists():
            fresh.replace(FOLDER / name)


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def migrated_sqlite() -> Path:
    """The file of the migrated SQLite database, made now when there is none."""
    name = f"{key()}.sqlite3"
    with made_once(name) as fresh:
        if fresh is not None:
            migrate(f"sqlite:///{fresh}")
    return FOLDER / name


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest migration, in a process of its own.

    With the site's own settings: those of the tests have no table for the shared cache.
    """
    environment = {name: value for name, value in os.environ.items() if name != "CACHE_URL"}
    environment |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env={**environment, "DEBUG": "true"}, check=True)
