"""The Python that the lessons need is found wherever it is, or its lack is explained."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.lessons import environment

REPOSITORY = Path(__file__).resolve().parents[2]


def fake_python(path: Path, version: str, status: int = 0) -> Path:
    """Create a program that reports this Python version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\nexit {status}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on the PATH and an empty home; its home is returned."""
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return home


def test_the_newest_on_the_path_is_taken(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin" / "python3.12", "3 12")
    newest = fake_python(tmp_path / "bin" / "python3.13", "3 13")

    assert environment.find_python() == str(newest)


def test_a_shim_that_leads_to_nothing_is_passed_over(tmp_path: Path, empty_machine: Path) -> None:
    fake_python(tmp_path / "bin" / "python3.13", "", status=127)
    fake_python(tmp_path / "bin" / "python3", "3 11")
    real = fake_python(empty_machine / ".pyenv/versions/3.12.1/bin/python3", "3 12")

    assert environment.find_python() == str(real)


def test_a_newer_python3_will_do(tmp_path: Path) -> None:
    newer = fake_python(tmp_path / "bin" / "python3", "3 14")

    assert environment.find_python() == str(newer)


def test_without_any_it_is_said_what_to_install(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin" / "python3", "3 11")

    with pytest.raises(SystemExit) as stopped:
        environment.find_python()
    message = str(stopped.value)
    assert "need Python 3.12 or newer" in message
    assert "sudo apt install python3.13 python3.13-venv" in message


def test_a_named_python_that_is_too_old_is_refused(tmp_path: Path) -> None:
    old = fake_python(tmp_path / "old", "3 11")

    with pytest.raises(SystemExit, match=r"old is no Python 3\.12 or newer"):
        environment.find_python(str(old))
    with pytest.raises(SystemExit, match="is no Python"):
        environment.find_python(str(tmp_path / "not-there"))


def test_an_environment_that_has_the_lock_is_left_alone(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    venv.mkdir()
    (venv / "installed.sha256").write_text(
        environment.hashlib.sha256(environment.LOCK.read_bytes()).hexdigest()
    )

    environment.main(str(venv))

    assert [path.name for path in venv.iterdir()] == ["installed.sha256"]


def test_an_environment_is_made_and_installed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []
    venv = tmp_path / "venv"
    venv.mkdir()
    monkeypatch.setattr(environment, "run", lambda *command: ran.append(command))
    python = str(fake_python(tmp_path / "bin" / "python3.13", "3 13"))

    environment.main(str(venv))
    environment.main(str(venv))

    assert [command[:3] for command in ran] == [
        (python, "-m", "venv"),
        (f"{venv}/bin/python", "-m", "pip"),
    ]
    assert "--require-hashes" in ran[1]


def test_the_script_says_in_one_sentence_what_is_missing(tmp_path: Path) -> None:
    script = REPOSITORY / "tools" / "lessons" / "environment.py"
    command = [sys.executable, str(script), str(tmp_path / "venv")]

    result = subprocess.run(command, capture_output=True, text=True)

    assert result.returncode == 1
    assert "The lessons need Python 3.12" in result.stderr
    assert "Traceback" not in result.stderr
