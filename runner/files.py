"""Validation of a run's files before they are stored."""

from collections.abc import Mapping
from typing import Any

MAX_FILE = 64 * 1024
MAX_TOTAL = 512 * 1024
MAX_BEFORE = 30


class BadFiles(ValueError):
    """Files that can't be run; the message says why."""


def check_files(kind: str, files: Mapping[str, Any]) -> dict[str, Any]:
    """Return the valid files `code`, `before` and `check`. Raises BadFiles."""
    if kind not in ("run", "check"):
        raise BadFiles(f"{kind!r} is no kind of run")
    before = list(files.get("before", ()))
    texts = {"code": files.get("code"), "check": files.get("check", "")}
    for name, text in [*texts.items(), *(("before", each) for each in before)]:
        check_text(name, text)
    if kind == "check" and not texts["check"]:
        raise BadFiles("an exercise needs a check")
    size = sum(len(text.encode()) for text in (texts["code"], texts["check"], *before))
    if len(before) > MAX_BEFORE or size > MAX_TOTAL:
        raise BadFiles("the files are too large")
    return {**texts, "before": before}


def check_text(name: str, text: object) -> None:
    """Raise BadFiles unless it is a string of an allowed size that databases can store."""
    if not isinstance(text, str) or "\0" in text:
        raise BadFiles(f"{name} is no text")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadFiles(f"{name} has half a character") from None
    if size > MAX_FILE:
        raise BadFiles(f"{name} is larger than {MAX_FILE // 1024} KB")
