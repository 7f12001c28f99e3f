"""Check answers to questions: values only, no database.

A correct answer is stored as one text, its canonical value, so that answers can be compared with
every one ever published: choice "b" · multiple "a,c" · number "0.5±0.01" · text: folded · output:
the captured lines · order: tokens of the lines, joined by commas
"""

import math
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import zip_longest
from typing import Any
from unicodedata import normalize

MAX_GIVEN = 5_000
# Digits are ASCII ones, as in the browser's twin of this file (static/js/progress/judging.js).
NUMBER = re.compile(r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?")
COMMA = re.compile(r"[0-9]{0,40},[0-9]{1,40}")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){1,12}(?:\.[0-9]{0,40})?")
# As the captures of samples are compared: what two honest runs may print.
RELATIVE, ABSOLUTE = 1e-4, 1e-6
ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
TIMING = re.compile(
    r"(?<![\w.])[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?\s?(?:ns|µs|μs|us|ms|s|secs?|seconds?|초)(?!\w)"
)
PRINTED = re.compile(r"([-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)")


class NoAnswer(ValueError):
    """The input is not a possible answer to a question of this kind."""


def given_value(kind: str, given: Sequence[str]) -> str:
    """Return the canonical value of a learner's input. Raises NoAnswer for invalid input."""
    values = [each for each in given if each.strip()]
    if not values or sum(map(len, values)) > MAX_GIVEN:
        raise NoAnswer
    if kind == "multiple":
        return ",".join(sorted(set(values)))
    if kind == "order":
        return ",".join(values)
    if len(values) > 1:
        raise NoAnswer
    if kind == "number" and number_in(values[0]) is None:
        raise NoAnswer
    return values[0]


def judge(kind: str, given: str, right: Iterable[str]) -> bool:
    """Return whether a value of `given_value` matches one of these canonical values."""
    same = {"number": same_number, "text": same_text, "output": same_output}.get(kind, str.__eq__)
    return any(same(given, each) for each in right)


def number_in(text: str) -> float | None:
    """Parse a finite number as people write it: 1e-3, 0,5, 1,000, -2, but not ½.

    A comma before each three digits groups them, as in Korean and English; otherwise it is the
    decimal comma of other languages.
    """
    folded = normalize("NFKC", text).strip().replace("\u2212", "-")
    sign, rest = (folded[0], folded[1:].strip()) if folded[:1] in ("-", "+") else ("", folded)
    if GROUPED.fullmatch(rest):
        rest = rest.replace(",", "")
    elif COMMA.fullmatch(rest):
        rest = rest.replace(",", ".")
    if not NUMBER.fullmatch(rest) or rest[:1] in ("-", "+"):
        return None
    value = float(sign + rest)
    return value if math.isfinite(value) else None


def number_value(answer: Any, tolerance: Any = 0) -> str:
    """Return the canonical value of a number with its absolute tolerance."""
    return f"{number_in(str(answer))!r}±{number_in(str(tolerance))!r}"


def same_number(given: str, right: str) -> bool:
    """Return whether a number is within the tolerance, ignoring binary rounding errors."""
    value, (wanted, sign, tolerance) = number_in(given), right.partition("±")
    if value is None or not sign:
        return False
    distance = abs(value - float(wanted))
    slack = 1e-12 * max(1.0, abs(float(wanted)))
    return distance <= float(tolerance) + slack


def text_key(text: str) -> str:
    """Return a word for comparison: width, case and spaces folded, NFC."""
    folded = normalize("NFC", normalize("NFKC", text).casefold())
    return " ".join(normalize("NFC", folded).split())


def same_text(given: str, right: str) -> bool:
    """Return whether two words are spelled the same."""
    return text_key(given) == text_key(right)


def token(name: str, line: str) -> str:
    """Return the token for a line of an `order` question; equal lines are interchangeable."""
    return sha256(f"{name}\0{line}".encode()).hexdigest()[:12]


def shuffled(name: str, tokens: Sequence[str]) -> list[int]:
    """Return a fixed permutation of the lines that is never the correct order."""
    keys = [
        sha256(f"{name}\0{place}\0{each}".encode()).digest() for place, each in enumerate(tokens)
    ]
    order = sorted(range(len(tokens)), key=keys.__getitem__)
    if [tokens[place] for place in order] == list(tokens):
        return order[1:] + order[:1]
    return order


def same_output(given: str, right: str) -> bool:
    """Return whether two outputs agree within tolerance, ignoring addresses and timings."""
    pairs = zip_longest(lines_of(given), lines_of(right))
    return all(old is not None and new is not None and same_line(old, new) for old, new in pairs)


def lines_of(output: str) -> list[str]:
    """Return the lines without leading and trailing empty ones."""
    return [line.strip() for line in normalize("NFC", output).strip().splitlines()]


def same_line(one: str, other: str) -> bool:
    """Whether two lines agree."""
    old, new = (PRINTED.split(TIMING.sub("<t>", ADDRESS.sub("<a>", each))) for each in (one, other))
    return len(old) == len(new) and all(map(same_part, old, new))


def same_part(old: str, new: str) -> bool:
    """Return whether two numbers are close or two texts equal, ignoring spaces."""
    if is_decimal(old) or is_decimal(new):
        return (
            is_number(old)
            and is_number(new)
            and math.isclose(float(old), float(new), rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        )
    return old.split() == new.split()


def is_number(part: str) -> bool:
    """Return whether a part of a line is a number."""
    return bool(PRINTED.fullmatch(part))


def is_decimal(part: str) -> bool:
    """Return whether it is a number that is not an integer."""
    return is_number(part) and any(mark in part for mark in ".eE")
