"""Validation of single operations from browsers.

An operation is either not understood *yet* (`NotYet`, parked) or malformed (`Malformed`, refused),
each with a code that the page can explain.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from uuid import UUID

from accounts.params import clean_text
from course.models import Part
from course.progress.schedules import GRADES
from course.progress.targets import MARKS, Target, read_target

VERSION = 1
KINDS = ("c", "u", "a", "n", "b", "r")
MAX_CANCELLED = 500
MAX_TEXT = 5_000  # characters of an attempt or a note
LARGEST = 2**53 - 1  # the largest whole number that JavaScript keeps exactly
PLACE = re.compile(r"[^\s\x00]{0,100}")
SURROGATE = re.compile(r"[\ud800-\udfff]")  # half a character, which no database stores


class NotYet(Exception):
    """An operation that a later release may understand; carries the code."""


class Malformed(Exception):
    """An operation that is invalid in any release; carries the code."""


@dataclass(frozen=True)
class WireOperation:
    """A well-formed operation; times in milliseconds as sent by the browser."""

    id: UUID
    kind: str
    target: Target
    at: int
    off: int | None = None
    day: object = None
    zone: object = None
    seq: int = 0
    cancels: tuple[UUID, ...] = field(default=())
    body: str = ""  # what an attempt gave, or a note says
    note: UUID | None = None
    place: str = ""
    grade: int | None = None  # of a review


def read_id(raw: object) -> UUID | None:
    """Return the id of an operation that may be malformed otherwise."""
    text = raw.get("id") if isinstance(raw, dict) else None
    return read_uuid(text)


def read_uuid(text: object) -> UUID | None:
    """Return a UUID in its canonical spelling with hyphens, or None."""
    if not (isinstance(text, str) and len(text) == 36):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def read_operation(raw: object) -> WireOperation:
    """Parse one operation of a request. Raises Malformed or NotYet."""
    if not isinstance(raw, dict):
        raise Malformed("not-an-object")
    uuid = read_uuid(raw.get("id"))
    if uuid is None:
        raise Malformed("bad-id")
    understand(raw)
    kind = raw["k"]
    target = read_target(raw.get("l"))
    if target is None or not belongs(kind, target):
        raise Malformed("bad-lesson")
    at, off, seq = raw.get("at"), raw.get("off"), raw.get("n", 0)
    if not is_whole(at, -LARGEST) or not (off is None or is_whole(off, -LARGEST)):
        raise Malformed("bad-time")
    return WireOperation(
        id=uuid,
        kind=kind,
        target=target,
        at=at,
        off=off,
        day=raw.get("day"),
        zone=raw.get("tz"),
        seq=seq if is_whole(seq) else 0,
        cancels=read_cancelled(raw) if kind == "u" else (),
        body=read_body_text(raw),
        grade=read_grade(raw) if kind == "r" else None,
        **(read_note(raw) if kind == "n" else {}),
    )


def belongs(kind: str, target: Target) -> bool:
    """Return whether an operation of this kind can be about this target.

    A question is completed by attempts only; a mark is not a completion.
    """
    if kind in ("a", "r"):
        return bool(target.question)
    if kind == "b":
        return target.part in MARKS
    if kind == "n":
        return target.part == Part.LESSON
    return kind == "u" or not (target.question or target.part in MARKS)


def read_body_text(raw: Mapping[str, Any]) -> str:
    """Return an attempt's answer (`g`) or a note's text (`t`; null deletes). Raises Malformed."""
    key = {"a": "g", "n": "t"}.get(raw["k"])
    if key is None:
        return ""
    text = raw.get(key)
    if not isinstance(text, str) or SURROGATE.search(text):
        raise Malformed("bad-text")
    if len(text) > MAX_TEXT:
        raise Malformed("text-too-long")
    if key == "g" and not text.strip():
        raise Malformed("bad-text")
    return clean_text(text)


def read_note(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the note's id (`m`) and its position in the lesson (`p`). Raises Malformed."""
    note, place = read_uuid(raw.get("m")), raw.get("p", "")
    if note is None or not isinstance(place, str) or not PLACE.fullmatch(place):
        raise Malformed("bad-note")
    if SURROGATE.search(place):
        raise Malformed("bad-note")
    return {"note": note, "place": place}


def read_grade(raw: Mapping[str, Any]) -> int:
    """Return a review's grade (`g`). Raises Malformed."""
    grade = raw.get("g")
    if not is_whole(grade) or grade not in GRADES:
        raise Malformed("bad-grade")
    return grade


def understand(raw: Mapping[str, Any]) -> None:
    """Raise NotYet or Malformed unless version and kind are known."""
    version, kind = raw.get("v", VERSION), raw.get("k")
    if not is_whole(version, 1):
        raise Malformed("bad-version")
    if not (isinstance(kind, str) and 0 < len(kind) <= 20):
        raise Malformed("bad-kind")
    if version != VERSION:
        raise NotYet("newer-version")
    if kind not in KINDS:
        raise NotYet("unknown-kind")


def read_cancelled(raw: Mapping[str, Any]) -> tuple[UUID, ...]:
    """Return the completions that an undo names. Raises Malformed."""
    named = raw.get("x")
    if not isinstance(named, list) or len(named) > MAX_CANCELLED:
        raise Malformed("bad-undo")
    ids = [read_uuid(text) for text in named]
    if None in ids:
        raise Malformed("bad-undo")
    return tuple(dict.fromkeys(uuid for uuid in ids if uuid))


def is_whole(value: object, least: int = 0) -> TypeGuard[int]:
    """Return whether `value` is an integer that JavaScript can represent, at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= LARGEST
