"""The capture file beside a sample: its output, the date and the library versions.

Needs only the standard library and PyYAML, so that the site's tests can use it without JAX.
"""

import datetime
import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

OK = "ok"
ERROR = "error"
SUFFIX = ".capture.yaml"


class CaptureError(Exception):
    """An unreadable capture file; the message gives the file and the reason."""


@dataclass(frozen=True)
class Capture:
    """The output of one execution; fields are in the order of the file's keys."""

    source_sha256: str
    ran_on: datetime.date
    python: str
    versions: dict[str, str]
    outcome: str
    output: str
    figures: list[str] = field(default_factory=list)


class _Dumper(yaml.SafeDumper):
    """Writes multi-line text as a block, so that a diff reads like the output."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def capture_path(sample: Path) -> Path:
    """Return the capture file of a sample: `x.py` -> `x.capture.yaml` in the same folder."""
    return sample.with_suffix(SUFFIX)


def source_hash(sample: Path) -> str:
    """Return the SHA-256 (hex) of a sample's bytes, which links a capture to its source."""
    return hashlib.sha256(sample.read_bytes()).hexdigest()


def tidy_output(text: str) -> str:
    """Return output as stored: no spaces at line ends, one newline at the end.

    Trailing spaces would prevent YAML's readable block style.
    """
    lines = [line.rstrip() for line in text.splitlines()]
    tidy = "\n".join(lines).rstrip("\n")
    return f"{tidy}\n" if tidy else ""


def read_capture(path: Path) -> Capture | None:
    """Read a capture file; None when there is none. Raises CaptureError when it is malformed."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        data = yaml.safe_load(text)
        return _from_mapping(data)
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise CaptureError(f"{path}: not a capture file: {error}") from error


def _from_mapping(data: Any) -> Capture:
    capture = Capture(**data)
    if capture.outcome not in (OK, ERROR):
        raise ValueError(f"outcome must be {OK} or {ERROR}, not {capture.outcome!r}")
    if not isinstance(capture.ran_on, datetime.date):
        raise ValueError("ran_on must be a date")
    if not isinstance(capture.versions, dict) or not isinstance(capture.output, str):
        raise ValueError("versions must be a mapping and output a text")
    if not isinstance(capture.figures, list):
        raise ValueError("figures must be a list of file names")
    return capture


def write_capture(path: Path, capture: Capture) -> None:
    """Write a capture file (UTF-8, keys in the order of the format, versions sorted)."""
    data = asdict(capture) | {"versions": dict(sorted(capture.versions.items()))}
    if not capture.figures:
        del data["figures"]
    text = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    path.write_text(text, encoding="utf-8")


def stale_reason(sample: Path) -> str | None:
    """Return why the capture of a sample is outdated, as a sentence; None if it isn't.

    Raises CaptureError when the capture file is malformed.
    """
    capture = read_capture(capture_path(sample))
    if capture is None:
        return f"capture is missing: {sample} was never executed; run `make lessons-update`"
    if capture.source_sha256 != source_hash(sample):
        return f"capture is stale: {sample} changed since it ran; run `make lessons-update`"
    return None
