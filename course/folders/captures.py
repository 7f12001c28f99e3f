"""Read the capture of a sample: its output when it was last executed."""

import re
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from course.folders.files import Folder
from course.folders.schema import UNPRINTABLE
from course.models import CodeSample

CAPTURE_KEYS = ("source_sha256", "ran_on", "python", "versions", "outcome", "output")
FIGURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.fig-\d{1,3}\.png")
Outcome = CodeSample.Outcome


def read_capture(folder: Folder, file: str, code: str, *, fails: bool) -> dict[str, Any] | None:
    """Return the captured output; None after recording why it can't be used."""
    text = folder.read_text(file)
    if text is None:
        return None
    before = len(folder.problems)
    value, _node = folder.load_yaml(text, file)
    if len(folder.problems) > before:
        return None
    wrong = format_error(value) or mismatch(value, code, fails=fails)
    if wrong:
        folder.problem(file, 1, wrong)
        return None
    return dict(value)


def format_error(value: Any) -> str:
    """Return what is wrong with the format of a capture, or ""."""
    if not isinstance(value, dict) or set(value) - {"figures"} != set(CAPTURE_KEYS):
        return f"must have the keys {', '.join(CAPTURE_KEYS)}"
    if not isinstance(value["ran_on"], date) or isinstance(value["ran_on"], datetime):
        return "'ran_on' must be a date"
    if "figures" in value and not is_figure_list(value["figures"]):
        return "'figures' must be a list of names like grad-1.fig-1.png"
    versions = value["versions"]
    if not isinstance(versions, dict):
        return "'versions' must be a mapping"
    words = [value["python"], value["output"], *versions, *versions.values()]
    if not all(isinstance(each, str) and not UNPRINTABLE.search(each) for each in words):
        return "'python', 'output' and 'versions' must be text without control characters"
    return "" if len(value["python"]) <= 20 else "'python' is longer than 20 characters"


def is_figure_list(value: Any) -> bool:
    """Return whether the value is a list of distinct names of PNG files."""
    right = isinstance(value, list) and bool(value)
    right = right and all(isinstance(name, str) and FIGURE.fullmatch(name) for name in value)
    return right and len(set(value)) == len(value)


def mismatch(value: dict[str, Any], code: str, *, fails: bool) -> str:
    """Return why a valid capture doesn't belong to this code, or ""."""
    if value["source_sha256"] != sha256(code.encode()).hexdigest():
        return "capture is stale: the sample changed since it was executed"
    wanted = Outcome.ERROR if fails else Outcome.OK
    if value["outcome"] != wanted:
        return (
            f"'outcome' must be '{wanted}', because the lesson says 'fails: {str(fails).lower()}'"
        )
    return ""
