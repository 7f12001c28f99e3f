"""Pyodide, the Python that runs in browsers: which release, and how its files are installed.

They are part of no repository and no Python package: `manage.py install_pyodide` takes them from
the npm package, whose hash stands here. Needs the standard library alone, because the settings
import it.
"""

import base64
import gzip
import hashlib
import hmac
import io
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

VERSION = "314.0.7"
PACKAGE = f"pyodide@{VERSION}"
# As npm writes it: the SHA-512 of the package.
INTEGRITY = (
    "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+"
    "HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
)
FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
)
COMPRESSED = (".mjs", ".wasm", ".json")
# The version is in the address, so that browsers may keep the files for ever.
URL = f"/pyodide/{VERSION}/"


class WrongPackage(ValueError):
    """Not the package that was asked for; the message says what is wrong."""


def folder_in(root: Path) -> Path:
    """Return the folder of this release; the web server serves `root` as the site's root."""
    return root / "pyodide" / VERSION


def is_installed(root: Path) -> bool:
    """Return whether all files are there."""
    return all((folder_in(root) / name).is_file() for name in FILES)


def install(package: bytes, root: Path) -> int:
    """Unpack the npm package (a .tgz) below `root`; returns the bytes that a browser fetches.

    The folder appears complete or not at all, and other releases are removed. Raises WrongPackage
    unless the package's hash is the known one.
    """
    check_hash(package)
    target = folder_in(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        fresh = Path(name) / VERSION
        fresh.mkdir()
        size = sum(write(fresh / file, data) for file, data in unpack(package).items())
        for old in target.parent.iterdir():
            if old.name != Path(name).name:
                shutil.rmtree(old)
        os.rename(fresh, target)
    return size


def check_hash(package: bytes) -> None:
    """Raise WrongPackage unless this is the known package."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(package).digest()).decode()
    if not hmac.compare_digest(found, INTEGRITY):
        raise WrongPackage(f"This is not {PACKAGE}: its hash is {found}.")


def unpack(package: bytes) -> dict[str, bytes]:
    """Return the needed files of the package by name."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
        for name in FILES:
            file = archive.extractfile(f"package/{name}")
            assert file is not None  # noqa: S101 -- the hash says that it is a file
            found[name] = file.read()
    return found


def write(path: Path, data: bytes) -> int:
    """Write a file, and beside it a compressed one where that is smaller; returns what is sent."""
    path.write_bytes(data)
    if path.suffix not in COMPRESSED:
        return len(data)
    packed = gzip.compress(data, mtime=0)
    path.with_name(f"{path.name}.gz").write_bytes(packed)
    return len(packed)
