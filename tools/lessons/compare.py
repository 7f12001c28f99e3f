"""Comparison of two outputs that ignores differences expected between runs."""

import math
import re
from dataclasses import dataclass
from itertools import zip_longest

# Float32 sums differ in the 6th or 7th digit between processors; a changed result differs more.
RELATIVE_TOLERANCE = 1e-4
# Below this, a number that should be 0 is only rounding noise (sin(pi) prints as -8.7e-08).
ABSOLUTE_TOLERANCE = 1e-6

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_TIMING = re.compile(
    r"(?<![\w.])\d+(?:\.\d*)?(?:[eE][-+]?\d+)?\s?(?:ns|µs|μs|us|ms|s|secs?|seconds?|초)(?!\w)"
)
_NUMBER = re.compile(r"([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)")


@dataclass(frozen=True)
class Difference:
    """A line (from 1) that differs; None where one side has no such line."""

    line: int
    expected: str | None
    got: str | None


def differences(expected: str, got: str) -> list[Difference]:
    """Return the lines that differ significantly, in order; empty when they agree."""
    pairs = zip_longest(expected.splitlines(), got.splitlines())
    return [
        Difference(number, old, new)
        for number, (old, new) in enumerate(pairs, start=1)
        if old is None or new is None or not same_line(old, new)
    ]


def same_line(expected: str, got: str) -> bool:
    """Return whether two lines agree except for tolerance, addresses, timings and alignment."""
    old, new = _NUMBER.split(mask(expected)), _NUMBER.split(mask(got))
    return len(old) == len(new) and all(map(_same_part, old, new))


def mask(line: str) -> str:
    """Return a line with its memory addresses and timings replaced."""
    return _TIMING.sub("<time>", _ADDRESS.sub("<address>", line))


def _same_part(old: str, new: str) -> bool:
    if _is_decimal(old) or _is_decimal(new):
        return _close(old, new)
    # A number of another width moves the spaces around it; they carry no meaning.
    return old.split() == new.split()


def _is_decimal(part: str) -> bool:
    return bool(_NUMBER.fullmatch(part)) and not part.lstrip("+-").isdigit()


def _close(old: str, new: str) -> bool:
    try:
        values = float(old), float(new)
    except ValueError:
        return False
    return math.isclose(*values, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)
