"""`cwk-upgrade` on a real checkout, with stand-ins for what needs root and a machine of its own."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "deploy" / "upgrade.sh"
STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "$LOG"\ncase "$*" in "$FAILS") exit 1;; esac\n'
AUTHOR = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com"}
COMMITTER = {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}


class Machine:
    """A clone of a repository with releases, and the programs of a server."""

    def __init__(self, folder: Path) -> None:
        self.origin, self.site, self.log = folder / "origin", folder / "site", folder / "log"
        self.folder = folder
        self.origin.mkdir()
        self.environment = {
            **os.environ, **AUTHOR, **COMMITTER, "LOG": str(self.log), "FAILS": "nothing",
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "CWK_HOME": str(self.site),
            "CWK_BACKUPS": str(folder), "CWK_ENV": str(folder / "env"), "CWK_TRIES": "1",
        }  # fmt: skip
        (folder / "env").write_text("SITE_URL=https://learn.example.org\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.release("v1")
        self.git("clone", "--quiet", str(self.origin), str(self.site))
        for name in ("cwk-manage", "systemctl", "curl"):
            self.program(folder / "bin" / name)
        self.program(folder / "bin" / "runuser", '#!/bin/sh\nshift 3\nexec "$@"\n')
        self.program(self.site / ".venv" / "bin" / "pip")
        self.program(self.site / ".tools" / "bin" / "python")

    def git(self, *words: str, folder: Path | None = None) -> str:
        return subprocess.run(
            ["git", *words], cwd=folder or self.origin, env=self.environment, check=True,
            capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip

    def release(self, tag: str, **files: str) -> None:
        """A commit with a tag; files by their name with "__" for "/"."""
        for name, text in {"version": tag, **files}.items():
            path = self.origin / name.replace("__", "/")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", tag)
        self.git("tag", tag)

    def program(self, path: Path, text: str = STAND_IN) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def upgrade(self, *words: str, fails: str = "nothing") -> subprocess.CompletedProcess:
        return subprocess.run(
            ["sh", str(SCRIPT), *words], env={**self.environment, "FAILS": fails},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def done(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def version(self) -> str:
        return (self.site / "version").read_text()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


pytestmark = pytest.mark.once


def test_everything_is_done_in_its_order(machine):
    machine.release("v2")
    result = machine.upgrade()
    assert result.returncode == 0, result.stderr
    assert machine.version() == "v2"
    backup = machine.folder / "before-release.zip"
    assert [line for line in machine.done() if not line.startswith("curl")] == [
        f"cwk-manage backup {backup}",
        f"cwk-manage backup --check {backup}",
        "pip install --quiet --require-hashes -r requirements/app.lock",
        "python -m tools.messages compile",
        "cwk-manage check --deploy",
        "cwk-manage migrate",
        "cwk-manage collectstatic --noinput",
        "cwk-manage load_rules",
        "cwk-manage render --stale",
        "cwk-manage warm_pages",
        "systemctl reload cwk",
        "systemctl restart cwk-worker",
    ]
    assert machine.done()[-1].endswith("http://learn.example.org/readyz")


def test_a_named_release_is_installed_and_the_same_one_only_once(machine):
    machine.release("v2")
    machine.release("v3")
    assert machine.upgrade("v2").returncode == 0
    assert machine.version() == "v2"
    count = len(machine.done())
    assert "installed already" in machine.upgrade("v2").stdout
    assert len(machine.done()) == count


@pytest.mark.parametrize("words", [(), ("v3",)])
def test_what_must_not_be_skipped_is_not(machine, words):
    machine.release("v2")
    machine.release("v3", deploy__stops="# why\nv2\n")
    refused = machine.upgrade(*words)
    assert (refused.returncode, "First: cwk-upgrade v2" in refused.stderr) == (2, True)
    assert machine.done() == []
    assert machine.upgrade("v2").returncode == 0
    assert machine.upgrade("v3").returncode == 0
    assert machine.version() == "v3"


def test_an_earlier_release_an_unknown_one_and_changed_files_are_refused(machine):
    machine.release("v2")
    machine.upgrade()
    count = len(machine.done())
    assert "no later release" in machine.upgrade("v1").stderr
    assert "no such release" in machine.upgrade("v9").stderr
    machine.release("v3")
    (machine.site / "version").write_text("mine")
    assert "were changed here" in machine.upgrade().stderr
    assert len(machine.done()) == count


@pytest.mark.parametrize("step", ["backup --check *", "migrate", "render --stale"])
def test_a_step_that_fails_ends_it_and_tells_the_way_back(machine, step):
    first = machine.git("rev-parse", "HEAD")
    machine.release("v2")
    # A pattern of the shell: the words of the stand-in that fails.
    machine.program(
        machine.folder / "bin" / "cwk-manage",
        STAND_IN.replace('"$FAILS"', step.replace(" ", "\\ ")),
    )
    failed = machine.upgrade()
    assert failed.returncode != 0
    assert f"git reset --hard {first}" in failed.stderr
    assert f"restore {machine.folder / 'before-release.zip'}" in failed.stderr
    assert not [line for line in machine.done() if line.startswith("systemctl")]


def test_pages_that_can_not_be_built_beforehand_stop_nothing(machine):
    machine.release("v2")
    result = machine.upgrade(fails="warm_pages")
    assert result.returncode == 0
    assert "when somebody asks" in result.stderr
    assert "systemctl reload cwk" in machine.done()


def test_a_site_that_does_not_get_ready_is_told(machine):
    machine.release("v2")
    machine.program(machine.folder / "bin" / "curl", "#!/bin/sh\nexit 22\n")
    failed = machine.upgrade()
    assert failed.returncode == 1
    assert "does not get ready" in failed.stderr


def test_a_new_granian_is_restarted(machine):
    machine.release("v2", requirements__app_lock="granian==2.8.7")
    assert machine.upgrade().returncode == 0
    assert "systemctl reload cwk" in machine.done()
    (machine.origin / "requirements" / "app.lock").write_text("granian==2.8.8\n")
    machine.release("v3")
    assert machine.upgrade().returncode == 0
    assert "systemctl restart cwk" in machine.done()
