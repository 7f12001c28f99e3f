"""Set up the environment of the lessons: find a suitable Python and install the lock.

Runs on any Python 3 before anything is installed, so it uses the standard library only. Does
nothing (in milliseconds) when the lock has not changed.

Usage: environment.py FOLDER [PYTHON]
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "lessons.lock"
STAMP = "installed.sha256"
OLDEST = (3, 12)
NAMES = ("python3.13", "python3.12", "python3")
# Those that the lessons were tried with.
ELSEWHERE = (
    "~/.pyenv/versions/3.13*/bin/python3",
    "~/.pyenv/versions/3.12*/bin/python3",
    "~/.local/share/uv/python/cpython-3.13*/bin/python3",
    "~/.local/share/uv/python/cpython-3.12*/bin/python3",
)
PROBE = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
MISSING = """\
The lessons need Python 3.12 or newer, with its venv module: JAX 0.12 runs on nothing older. There \
is none on the PATH, in ~/.pyenv/versions or among uv's. Install one of
  sudo apt install python3.13 python3.13-venv     (Debian 13; python3.12 and python3.12-venv on Ubuntu 24.04)
  pyenv install 3.13
  uv python install 3.13
or name one that you have: make lessons LESSONS_PYTHON=/path/to/python3.13
"""  # noqa: E501


def candidates(home: str = "~") -> list[str]:
    """Yield programs that may be a suitable Python, best first."""
    named = [path for name in NAMES if (path := shutil.which(name))]
    patterns = [os.path.expanduser(pattern.replace("~", home, 1)) for pattern in ELSEWHERE]
    return named + [path for pattern in patterns for path in sorted(glob.glob(pattern))]


def is_suitable(python: str) -> bool:
    """Return whether a program is a new enough Python that can create environments.

    It has to be started to find out: a shim on the PATH may lead to nothing.
    """
    try:
        result = subprocess.run([python, "-c", PROBE], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return not result.returncode and tuple(map(int, result.stdout.split())) >= OLDEST


def find_python(named: str = "") -> str:
    """Return the Python given, or the best one found. Exits when there is none."""
    if named and not is_suitable(named):
        sys.exit(f"LESSONS_PYTHON={named} is no Python 3.12 or newer with its venv module.")
    found = named or next(filter(is_suitable, candidates()), "")
    return found or sys.exit(MISSING)


def main(folder: str, named: str = "") -> None:
    """Update the environment to match the lock."""
    venv = Path(folder)
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = venv / STAMP
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    python = find_python(named)
    print(f"Installing the lessons' libraries into {venv} (once, some minutes) …", flush=True)
    run(python, "-m", "venv", "--clear", folder)
    install = ("install", "--quiet", "--require-hashes", "-r", str(LOCK))
    run(str(venv / "bin" / "python"), "-m", "pip", *install)
    stamp.write_text(wanted)


def run(*command: str) -> None:
    """Run a set-up command; its own output explains a failure."""
    if subprocess.run(command, check=False).returncode:
        sys.exit("Installing the lessons' libraries failed (see above); run the command again.")


if __name__ == "__main__":
    main(*sys.argv[1:])
