"""Comparison of the lock's library versions with those of a capture."""

import re
from pathlib import Path

LOCK = Path(__file__).resolve().parents[2] / "requirements" / "lessons.lock"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def locked_versions(lock: Path = LOCK) -> dict[str, str]:
    """Return the pinned versions in a lock file by normalized library name."""
    return {_normal(name): version for name, version in _PIN.findall(lock.read_text())}


def version_problems(versions: dict[str, str], locked: dict[str, str]) -> list[str]:
    """Return a message for each library whose version is not the locked one."""
    return [
        f"ran with {name} {version}, but the lock says {locked.get(_normal(name), 'nothing')}"
        for name, version in sorted(versions.items())
        if locked.get(_normal(name)) != version
    ]


def _normal(name: str) -> str:
    # PEP 503, so that opt_einsum finds opt-einsum.
    return re.sub(r"[-_.]+", "-", name).lower()
