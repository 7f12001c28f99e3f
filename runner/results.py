"""Results of a run. The sandbox's report is untrusted: every field is validated."""

import base64
import binascii
import json
from typing import Any

from runner.limits import Limits

ENDINGS = ("ok", "error", "time", "memory", "output", "killed")
PNG = b"\x89PNG\r\n\x1a\n"
MAX_TEXT = 2000
MAX_NUMBER = 2**40


def clean(text: str) -> str:
    """Return the text without NUL and lone surrogates, so that every database can store it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def decode_output(data: bytes) -> str:
    """Return a program's output as text, with the replacement character for invalid bytes."""
    return clean(data.decode("utf-8", "replace"))


def read_report(data: bytes, limits: Limits) -> dict[str, Any] | None:
    """Return a report's validated fields, or None without a report."""
    try:
        report = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(report, dict) or report.get("ended") not in ("ok", "error", "memory"):
        return None
    return {
        "ended": report["ended"],
        "error": text_of(report.get("error")),
        "line": count_of(report.get("line")),
        "passed": count_of(report.get("passed")),
        "failed": messages_of(report.get("failed")),
        "solved": report.get("solved") is True,
        "figures": figures_of(report.get("figures"), limits),
        "figures_dropped": count_of(report.get("figures_dropped")) or 0,
        "memory": count_of(report.get("memory")) or 0,
    }


def text_of(value: object) -> str | None:
    """Return a short text, or None."""
    return clean(value)[:MAX_TEXT] if isinstance(value, str) else None


def count_of(value: object) -> int | None:
    """Return a non-negative integer, or None."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < MAX_NUMBER else None  # type: ignore[operator,return-value]


def messages_of(value: object) -> dict[str, str] | None:
    """Return an assert's messages by language, or None."""
    if not isinstance(value, dict):
        return None
    pairs = [(key, text) for key, text in value.items() if isinstance(text, str)]
    return {clean(key)[:8]: clean(text)[:MAX_TEXT] for key, text in pairs[:8]}


def figures_of(value: object, limits: Limits) -> list[str]:
    """Return the base64-encoded figures that are PNG files of an allowed size."""
    offered = value if isinstance(value, list) else []
    return [each for each in offered[: limits.figures] if is_figure(each, limits.figure_bytes)]


def is_figure(value: object, most: int) -> bool:
    """Whether this is a base64-encoded PNG file of at most this many bytes."""
    try:
        png = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return False
    return png.startswith(PNG) and len(png) <= most


def without_report(ended: str) -> dict[str, Any]:
    """Return the fields of a run whose sandbox sent no report."""
    return {
        "ended": ended,
        "error": None,
        "line": None,
        "passed": None,
        "failed": None,
        "solved": False,
        "figures": [],
        "figures_dropped": 0,
        "memory": 0,
    }
