"""The rules of the house, as `make check` and CI hold them too."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tools import messages

ROOT = Path(__file__).resolve().parent.parent


def test_imports_run_downward_only():
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_message_is_translated():
    assert messages.problems() == []


def test_templates_have_no_inline_script_style_or_handler():
    """The Content-Security-Policy would break them silently."""
    import re

    bad = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)[^>]*>", re.I)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in bad.finditer(path.read_text())
    ]
    assert found == []


def test_locks_name_no_registry():
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text.replace("    # via", ""), lock
