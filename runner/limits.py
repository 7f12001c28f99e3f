"""Limits of one run. A request may lower the daemon's limits, but not raise them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The limits of one run: seconds, bytes and counts."""

    wall_seconds: float = 60
    cpu_seconds: int = 60
    memory: int = 2048 * MB
    processes: int = 64
    disk: int = 64 * MB
    files: int = 20_000
    output: int = 64 * 1024
    figures: int = 4
    figure_bytes: int = 300 * 1024

    def lowered(self, asked: Mapping[str, Any]) -> "Limits":
        """Return these limits, lowered where `asked` has a smaller positive number."""
        known = asdict(self)
        lower = {
            name: type(known[name])(value) or 1
            for name, value in asked.items()
            if name in known and isinstance(value, int | float) and 0 < value < known[name]
        }
        return replace(self, **lower)


# A program that prints more than this is stopped; between this and `output` it is only cut.
OUTPUT_STOP = 4 * MB
MAX_JOB = 1 * MB
MAX_REPORT = 3 * MB
