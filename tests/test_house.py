"""Conventions of the repository, also checked by `make check` and CI."""

import re
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


def test_apostrophes_are_written_in_one_way():
    words = [part for each in messages.collect() for part in strings_of(each.id)]
    assert [each for each in words if "\N{RIGHT SINGLE QUOTATION MARK}" in each] == []


def strings_of(message_id) -> list[str]:
    return [message_id] if isinstance(message_id, str) else list(message_id)


# Class names, comments, translated passages, tags and values: none of it is words of the template.
NO_WORDS = [
    r"\{% block main_class %\}.*?\{% endblock main_class %\}",
    r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}",
    r"\{% blocktranslate\b.*?\{% endblocktranslate %\}",
    r"\{%.*?%\}|\{\{.*?\}\}",
]
SPOKEN = re.compile(r'\b(?:title|alt|placeholder|aria-label)="([^"]*)"')
SAME_IN_EVERY_LANGUAGE = {"XP", "EN", "ipynb"}


def untranslated_words(template: str) -> set[str]:
    """The words that the template says as they stand, in its text and in attributes read aloud."""
    for pattern in NO_WORDS:
        template = re.sub(pattern, " ", template, flags=re.S)
    text = " ".join([re.sub(r"<[^>]*>", " ", template), *SPOKEN.findall(template)])
    return set(re.findall(r"[A-Za-z가-힣]{2,}", text)) - SAME_IN_EVERY_LANGUAGE


def test_a_word_that_no_translator_sees_is_found():
    assert untranslated_words('<p class="soft">Hello {{ name }}</p>') == {"Hello"}
    assert untranslated_words('<a aria-label="Close" href="{% url "home" %}">×</a>') == {"Close"}
    assert untranslated_words('{% translate "Hello" %} {# Why. #}') == set()


def test_templates_say_nothing_untranslated():
    words = {
        str(path.relative_to(ROOT)): untranslated_words(path.read_text())
        for path in (ROOT / "templates").rglob("*.html")
    }
    assert {path: found for path, found in words.items() if found} == {}


def test_templates_have_no_inline_script_style_or_handler():
    """The Content-Security-Policy would break them silently."""
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


def test_no_test_waits_in_a_way_that_the_pages_forbid():
    """Page.wait_for_function needs eval when it has to wait: it fails on a slow machine alone."""
    files = (ROOT / "tests" / "browser").rglob("*.py")
    found = [file.name for file in files if ".wait_for_function(" in file.read_text()]
    assert found == []


def test_numbers_from_outside_are_parsed_in_one_place():
    """Numbers are parsed by accounts/params.py alone; `isdigit` is a sign of another parser."""
    parser = re.compile(r"\.(?:isdigit|isdecimal|isnumeric)\(|\bint\(\s*(?:self\.)?request\.")
    own = {"accounts/params.py", "markup/inline.py", "runner/settings.py"}
    own.add("config/management/commands/demo.py")  # of whoever runs the site
    apps = (
        "accounts",
        "comments",
        "config",
        "course",
        "credentials",
        "gamification",
        "markup",
        "pagecache",
    )
    found = {
        str(path.relative_to(ROOT))
        for app in (*apps, "runner")
        for path in (ROOT / app).rglob("*.py")
        if parser.search(path.read_text())
    }
    assert found - own == set()


def test_what_the_page_on_security_names_exists():
    named = re.findall(r"`([\w/]+\.(?:py|js))`", (ROOT / "docs" / "security.md").read_text())
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_the_tests_install_everything_that_the_site_needs():
    def pinned(name: str) -> set[str]:
        return set(
            re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE)
        )

    assert pinned("app.lock")
    assert pinned("app.lock") <= pinned("dev.lock")
    assert pinned("s3.lock") <= pinned("dev.lock")
