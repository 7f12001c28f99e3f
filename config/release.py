"""What pages are made of besides the database, as one short name.

Processes with the same name build the same pages, so they may share them; a new release, a new
package or another setting has another name. The name is that of the files when a process starts.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

BESIDE_APPS = ("config", "templates", "locale")
SUFFIXES = {".py", ".html", ".txt", ".xml", ".mo"}
# Of the process or of what it is connected to; a running process changes some of them.
NOT_OF_PAGES = {"DATABASES", "CACHES", "LOGGING", "STORAGES", "PAGECACHE_DIR", "PAGECACHE_DIR_MB"}


def release() -> str:
    """Return the name; reads all code and templates, 20 ms."""
    found = hashlib.blake2b(digest_size=16)
    for path in source_files():
        found.update(f"{path.relative_to(settings.BASE_DIR)}\n".encode())
        found.update(path.read_bytes())
    packages = Path(django.__file__).parent.parent.glob("*.dist-info")
    parts = [
        sorted(path.name for path in packages),
        getattr(staticfiles_storage, "manifest_hash", ""),
        {name: settings.DATABASES["default"].get(name) for name in ("NAME", "HOST", "PORT")},
        {name: getattr(settings, name) for name in sorted(dir(settings))
         if name.isupper() and name not in NOT_OF_PAGES},
    ]  # fmt: skip
    found.update(json.dumps(parts, default=plain, sort_keys=True, skipkeys=True).encode())
    return found.hexdigest()


def source_files() -> Iterator[Path]:
    """Yield the files of the site's own apps, templates and translations, always in one order."""
    own = [Path(app.path) for app in apps.get_app_configs()]
    folders = {path for path in own if path.parent == settings.BASE_DIR}
    for folder in sorted(folders | {settings.BASE_DIR / name for name in BESIDE_APPS}):
        yield from (path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES)


def plain(value: Any) -> Any:
    """Return a setting as JSON; functions and objects by their kind, without their address."""
    if isinstance(value, set | frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, Path):
        return str(value)
    return getattr(value, "__qualname__", type(value).__qualname__)
