"""The name under which processes share pages: of all that pages are made of but the database."""

import subprocess
import sys

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from config import release as module
from config.release import release
from tests.config.test_production import PRODUCTION, ROOT

pytestmark = pytest.mark.once


@pytest.fixture
def source(tmp_path, monkeypatch, settings):
    """A template of the site in the place of all its files."""
    settings.BASE_DIR = tmp_path
    file = tmp_path / "page.html"
    file.write_text("one")
    monkeypatch.setattr(module, "source_files", lambda: iter([file]))
    return file


def test_it_stays_while_nothing_changes(source):
    assert release() == release()


def test_another_process_has_the_same():
    code = "import django; django.setup(); from config.release import release; print(release())"
    environment = {**PRODUCTION, "DJANGO_SETTINGS_MODULE": "config.settings"}
    names = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True,
            env={**environment, "PYTHONHASHSEED": seed, "PAGECACHE_DIR": f"/nowhere/{seed}"},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(names) == 1


def test_a_changed_file_setting_or_style_sheet_makes_another(source, settings, monkeypatch):
    names = [release()]
    source.write_text("two")
    names.append(release())
    settings.SITE_NAME = "another name"
    names.append(release())
    monkeypatch.setattr(staticfiles_storage, "manifest_hash", "another", raising=False)
    names.append(release())
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "another")
    names.append(release())
    assert len(set(names)) == 5


def test_templates_code_and_translations_belong_to_it():
    found = {str(path.relative_to(ROOT)) for path in module.source_files()}
    assert {"templates/base.html", "course/urls.py", "config/release.py"} <= found
    assert not [name for name in found if name.startswith(("tests/", ".venv/", "var/"))]
