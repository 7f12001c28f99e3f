"""The daemon's settings from the environment, described in docs/configuration.md."""

import os
import shutil
import sys
from dataclasses import dataclass, field

from runner.addresses import Address, parse_address
from runner.limits import MB, Limits


class BadSettings(ValueError):
    """An invalid setting; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """Configuration of a daemon."""

    address: Address
    python: str
    token: str
    slots: int
    warm: int
    modules: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def read(cls) -> "Settings":
        """Return the settings in the environment. Raises BadSettings."""
        cores = len(os.sched_getaffinity(0))
        slots = number("RUNNER_SLOTS", cores, 1, 2 * cores)
        limits = Limits(
            wall_seconds=number("RUNNER_SECONDS", 60, 1, 600),
            cpu_seconds=number("RUNNER_SECONDS", 60, 1, 600),
            memory=number("RUNNER_MEMORY_MB", 2048, 64, 1024 * 1024) * MB,
            processes=number("RUNNER_PROCESSES", 64, 1, 4096),
        )
        return cls(
            address=address(),
            python=os.environ.get("RUNNER_PYTHON", "") or sys.executable,
            token=os.environ.get("RUNNER_TOKEN", ""),
            slots=slots,
            warm=number("RUNNER_WARM", min(2, slots), 0, 64),
            modules=tuple(os.environ.get("RUNNER_PRELOAD", PRELOAD).split()),
            limits=limits,
        ).checked()

    def checked(self) -> "Settings":
        """Return self. Raises BadSettings for TCP without a token."""
        if self.address.host and len(self.token) < 20:
            raise BadSettings("Over TCP the daemon needs RUNNER_TOKEN, 20 characters or more.")
        return self


PRELOAD = "numpy matplotlib.pyplot jax jax.numpy"


def address() -> Address:
    """Return the address to listen on. Raises BadSettings."""
    try:
        return parse_address(os.environ.get("RUNNER_LISTEN", "unix:/run/cwk-runner/runner.sock"))
    except ValueError as error:
        raise BadSettings(f"RUNNER_LISTEN: {error}") from error


def number(name: str, default: int, least: int, most: int) -> int:
    """Return an integer from the environment. Raises BadSettings."""
    text = os.environ.get(name, "") or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadSettings(f"{name} is {text!r}; it has to be a number from {least} to {most}.")
    return int(text)


def find_bwrap() -> str:
    """Return the path of bubblewrap. Raises BadSettings."""
    found = shutil.which("bwrap", path=os.environ.get("PATH") or os.defpath)
    if not found:
        raise BadSettings("bubblewrap is missing. On Debian: sudo apt install bubblewrap")
    return found
