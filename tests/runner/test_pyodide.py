"""Installing Pyodide from the npm package."""

import base64
import hashlib
import io
import tarfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from runner import pyodide
from runner.management.commands import install_pyodide


def package() -> bytes:
    """A package with the needed files and others."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name in (*pyodide.FILES, "console.html"):
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = 1000
            archive.addfile(entry, io.BytesIO(name[:1].encode() * 1000))
    return buffer.getvalue()


@pytest.fixture
def known(monkeypatch):
    """The package whose hash is the known one."""
    data = package()
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    monkeypatch.setattr(pyodide, "INTEGRITY", f"sha512-{digest}")
    return data


@pytest.fixture
def root(settings, tmp_path):
    settings.PYODIDE_ROOT = str(tmp_path / "pyodide")
    return tmp_path / "pyodide"


def test_what_browsers_need_is_unpacked_and_compressed(known, root):
    old = root / "pyodide" / "1.0"
    old.mkdir(parents=True)
    assert not pyodide.is_installed(root)
    assert 0 < pyodide.install(known, root) < 5 * 1000
    assert pyodide.is_installed(root)
    folder = pyodide.folder_in(root)
    assert (folder / "pyodide.asm.wasm").read_bytes() == b"p" * 1000
    assert (folder / "pyodide.asm.wasm.gz").is_file()
    assert not (folder / "console.html").exists()
    assert [each.name for each in folder.parent.iterdir()] == [pyodide.VERSION]


def test_another_package_is_refused(root):
    with pytest.raises(pyodide.WrongPackage, match="its hash is sha512-"):
        pyodide.install(package() + b"x", root)
    assert not root.exists()


def test_the_command_takes_a_file_and_does_nothing_twice(known, root, tmp_path):
    file = tmp_path / "pyodide.tgz"
    file.write_bytes(known)
    said = StringIO()
    call_command("install_pyodide", package=file, stdout=said)
    call_command("install_pyodide", stdout=said)
    assert said.getvalue().count(f"Pyodide {pyodide.VERSION} is") == 2


def test_the_command_explains_what_is_missing(root, monkeypatch, tmp_path):
    monkeypatch.setattr(install_pyodide.shutil, "which", lambda name: None)
    with pytest.raises(CommandError, match="npm pack pyodide@"):
        call_command("install_pyodide")
    with pytest.raises(CommandError, match="No such file"):
        call_command("install_pyodide", package=tmp_path / "none.tgz")
