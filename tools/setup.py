"""Create the virtual environment and install the locked packages into it.

Runs on the bare system Python before anything is installed, so it uses the standard
library only. Does nothing (in milliseconds) when the lock has not changed.
"""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements" / "dev.lock"
STAMP = VENV / "installed.sha256"
OLDEST = (3, 11)


def stop(sentence: str) -> None:
    """Exit with a message on standard error."""
    sys.exit(f"Cannot set up: {sentence}")


def check_python() -> None:
    """Reject a Python that is too old or can't create virtual environments."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        stop(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {found}. "
            "Install it and run `make PYTHON=/path/to/python3.11 run`."
        )
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        stop("the venv module is missing. On Debian: sudo apt install python3-venv")


def run(*command: str) -> None:
    """Run a set-up command; its own output explains a failure."""
    result = subprocess.run(command, cwd=ROOT, check=False)
    if result.returncode:
        stop(
            "installing the packages failed (see above). Check the network or your pip "
            "settings, then run the same command again; it goes on where it stopped."
        )


def fingerprint() -> str:
    """Return the lock's contents and the Python they were installed for."""
    return hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()


def main() -> None:
    """Update .venv to match the lock."""
    check_python()
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    # pip comes last: an environment that was interrupted while it was made has none.
    if not (VENV / "bin" / "pip").exists():
        print("Creating .venv …", flush=True)
        run(sys.executable, "-m", "venv", str(VENV))
    print("Installing the locked packages (about 30 seconds, once) …", flush=True)
    pip = (str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--require-hashes", "-r", str(LOCK))
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
