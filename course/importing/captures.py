"""Read the capture beside a sample: what it printed when it was last executed."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from course.importing.files import Folder
from course.importing.schema import UNPRINTABLE
from course.models import CodeSample

CAPTURE_KEYS = ("source_sha256", "ran_on", "python", "versions", "outcome", "output")
Outcome = CodeSample.Outcome


def read_capture(folder: Folder, file: str, code: str, *, fails: bool) -> dict[str, Any] | None:
    """The captured output; None after noting why it can't be shown beside this code."""
    text = folder.read_text(file)
    if text is None:
        return None
    before = len(folder.problems)
    value, _node = folder.load_yaml(text, file)
    if len(folder.problems) > before:
        return None
    wrong = fault(value) or unsuitable(value, code, fails=fails)
    if wrong:
        folder.problem(file, 1, wrong)
        return None
    return dict(value)


def fault(value: Any) -> str:
    """What is wrong with the form of a capture, empty when nothing is."""
    if not isinstance(value, dict) or set(value) != set(CAPTURE_KEYS):
        return f"must have the keys {', '.join(CAPTURE_KEYS)}"
    if not isinstance(value["ran_on"], date) or isinstance(value["ran_on"], datetime):
        return "'ran_on' must be a date"
    versions = value["versions"]
    if not isinstance(versions, dict):
        return "'versions' must be a mapping"
    words = [value["python"], value["output"], *versions, *versions.values()]
    if not all(isinstance(each, str) and not UNPRINTABLE.search(each) for each in words):
        return "'python', 'output' and 'versions' must be text without control characters"
    return "" if len(value["python"]) <= 20 else "'python' is longer than 20 characters"


def unsuitable(value: dict[str, Any], code: str, *, fails: bool) -> str:
    """Why a well-formed capture is not that of this code, empty when it is."""
    if value["source_sha256"] != sha256(code.encode()).hexdigest():
        return "capture is stale: the sample changed since it was executed"
    wanted = Outcome.ERROR if fails else Outcome.OK
    if value["outcome"] != wanted:
        return (
            f"'outcome' must be '{wanted}', because the lesson says 'fails: {str(fails).lower()}'"
        )
    return ""
