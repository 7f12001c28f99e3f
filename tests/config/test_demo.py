"""`make run` explains problems to newcomers."""

import importlib.util
import os
import re
import runpy
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.management.commands import demo
from course.models import LessonText, Quest
from tests.course.folders import write_lesson, write_quest

SETUP = Path(__file__).resolve().parents[2] / "tools" / "setup.py"


@pytest.fixture(autouse=True)
def _development(settings):
    settings.DEBUG = True


def test_a_port_that_is_taken_is_told_with_the_remedy():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"taken by another.*make run PORT={port + 1}"):
            call_command("demo", port=port)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(CommandError, match="is no port"):
        call_command("demo", f"--port={port}")


def test_production_is_no_place_for_demo_people(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="development only"):
        call_command("demo", no_server=True)


@pytest.fixture
def quests(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "QUESTS", tmp_path / "quests")
    monkeypatch.setattr(demo, "STAMP", tmp_path / "stamp")
    return write_quest(tmp_path / "quests" / "demo")


def run(capsys) -> str:
    call_command("demo", no_server=True)
    shown = capsys.readouterr()
    return shown.out + shown.err


@pytest.mark.django_db
def test_a_second_run_imports_nothing_and_prints_no_passwords(quests, capsys):
    first, second = run(capsys), run(capsys)
    assert "Importing the quest demo" in first
    assert "learner@example.com" in first
    assert "Importing" not in second
    assert "@example.com" not in second


@pytest.mark.django_db
def test_a_lesson_that_was_edited_on_the_site_does_not_keep_it_from_starting(quests, capsys):
    run(capsys)
    LessonText.objects.filter(lesson__uid="demo-lesson-1", language="ko").update(title="수정됨")
    write_lesson(quests, number=1, body="폴더에서도 고침")
    shown = run(capsys)
    assert "The quest demo stays as it is on this site: 1 conflicts" in shown
    assert Quest.objects.get().texts.count() == 2
    assert LessonText.objects.filter(title="수정됨").exists()


def set_up() -> str:
    """Return the message with which tools/setup.py exits."""
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SETUP), run_name="__main__")
    return str(ended.value)


def test_an_old_python_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert set_up().startswith("Cannot set up: Python 3.11 or newer is needed, this is 3.9.2.")


def test_a_missing_venv_module_is_told_with_the_package_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "sudo apt install python3-venv" in set_up()


def test_another_port_is_the_one_of_links_in_mails_and_feeds():
    for target in ("run", "runner"):
        shown = subprocess.run(
            ["make", "-n", target, "PORT=8101"],
            cwd=SETUP.parents[1],
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "SITE_URL=${SITE_URL:-http://127.0.0.1:8101}" in shown
        assert "--port 8101" in shown


def test_a_newcomer_is_told_where_the_code_of_a_sign_up_is(capsys, monkeypatch):
    monkeypatch.setattr(demo, "call_command", lambda *_args, **_more: None)
    monkeypatch.setattr(demo.signal, "signal", lambda *_args: None)
    demo.Command().serve(8101, [])
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8101" in said
    assert "Mails are printed here, so the code of a sign-up is, too." in said


def test_commands_of_the_readme_run_as_they_stand_after_make_run():
    readme = (SETUP.parents[1] / "README.md").read_text()
    commands = re.findall(r"`([^`]*manage\.py [^`]*)`", readme)
    assert any("import_quest FOLDER --check" in each for each in commands)
    for each in commands:
        assert each.startswith("DEBUG=true .venv/bin/python manage.py "), each
