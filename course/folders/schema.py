"""The allowed front matter keys and the checks of their values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

from course.folders.files import Folder, Source
from course.models import Runs, Status
from course.models.kinds import UID_PATTERN

Check = Callable[[Any], str]
# Beside tabs and line ends; no database or page takes NUL or half a character.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]")
TAG = re.compile(r"[\w-]{1,40}")
CODE_LANGUAGE = re.compile(r"[a-z0-9+#-]{1,20}")
MAX_FILE, MAX_TITLE, MAX_SLUG, MAX_ALT = 120, 200, 64, 300


def text(limit: int, *, lines: bool = True) -> Check:
    """Check: a non-empty text of at most `limit` characters, one line unless `lines`."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            return "must be text"
        if UNPRINTABLE.search(value):
            return "has a control character"
        if not lines and len(value.splitlines()) > 1:
            return "must be one line"
        return f"is longer than {limit} characters" if len(value) > limit else ""

    return check


def whole_number(low: int, high: int) -> Check:
    """Check: an integer from low to high."""

    def check(value: Any) -> str:
        right = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return "" if right else f"must be a whole number from {low} to {high}"

    return check


def matching(pattern: str, what: str) -> Check:
    """Check: a text that matches a pattern."""

    def check(value: Any) -> str:
        right = isinstance(value, str) and re.fullmatch(pattern, value)
        return "" if right else f"must be {what}"

    return check


def one_of(*choices: str) -> Check:
    """Check: one of these words."""
    return lambda value: "" if value in choices else f"must be one of {', '.join(choices)}"


def tag_list(value: Any) -> str:
    """Check: a list of short lower-case words."""
    right = isinstance(value, list) and all(
        isinstance(tag, str) and TAG.fullmatch(tag) and tag == normalize("NFC", tag.lower())
        for tag in value
    )
    return "" if right else "must be a list of lower-case words"


def link_list(value: Any) -> str:
    """Check: a list of {title, url} with https URLs."""
    if not is_rows(value, {"title", "url"}, {"title", "url"}):
        return "must be a list of 'title' and 'url'"
    bad = [row["url"] for row in value if not is_https(row["url"])]
    if bad:
        return f"'{bad[0]}' is not an https:// address"
    urls = [row["url"] for row in value]
    return bad_titles(value) or ("names an address twice" if len(urls) > len(set(urls)) else "")


def is_https(url: Any) -> bool:
    """Return whether the value is an absolute https URL."""
    if not isinstance(url, str) or len(url) > 500 or re.search(r"[\s<>\"]", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, half an IPv6 address
        return False


SAMPLE_FILE = re.compile(r"samples/[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.[a-z0-9]{1,5}")


def sample_list(value: Any) -> str:
    """Check: a list of {file, title, language?, fails?, predict?, figures?}."""
    allowed = {"file", "title", "language", "fails", "predict", "figures"}
    if not is_rows(value, {"file", "title"}, allowed):
        return (
            "must be a list of 'file' and 'title' (and 'language', 'fails', 'predict', 'figures')"
        )
    for key in ("fails", "predict"):
        if not all(isinstance(row.get(key, False), bool) for row in value):
            return f"'{key}' must be true or false"
    alts = [alt for row in value if "figures" in row for alt in as_list(row["figures"]) or [None]]
    wrong = next(filter(None, map(text(MAX_ALT), alts)), "")
    if wrong:
        return f"'figures' must be a list of alternative texts; one {wrong}"
    languages = [row.get("language", "python") for row in value]
    if not all(isinstance(each, str) and CODE_LANGUAGE.fullmatch(each) for each in languages):
        return "'language' must be a word like python or bash"
    files = [row["file"] for row in value]
    if any(len(file) > MAX_FILE or UNPRINTABLE.search(file) for file in files):
        return f"'file' must be a path of at most {MAX_FILE} characters"
    strange = [name for name in files if not is_sample_file(name)]
    if strange:  # an export writes samples under their names
        return f"has '{strange[0]}', which is not a name like samples/grad-1.py"
    stems = {name.rpartition(".")[0] for name in files}  # the captures are named after them
    return bad_titles(value) or ("names a file twice" if len(files) > len(stems) else "")


def translated_samples(value: Any) -> str:
    """Check: samples of a translation, without shared keys."""
    rows = value if isinstance(value, list) else []
    if any(isinstance(row, dict) and "predict" in row for row in rows):
        return "has 'predict', which belongs into the file of the source language only"
    return sample_list(value)


def text_list(most: int, limit: int) -> Check:
    """Check: a list of at most this many Markdown texts."""

    def check(value: Any) -> str:
        if not isinstance(value, list) or not value or len(value) > most:
            return f"must be a list of at most {most} texts"
        return next((f"has a text that {wrong}" for wrong in map(text(limit), value) if wrong), "")

    return check


def uid_list(value: Any) -> str:
    """Check: a list of distinct uids."""
    right = isinstance(value, list) and not any(map(UID, value))
    if not right:
        return "must be a list of uids"
    return "names a lesson twice" if len(set(value)) < len(value) else ""


def question_list(value: Any) -> str:
    """Check: a list; course.folders.questions validates the items."""
    return "" if isinstance(value, list) and value else "must be a list of questions"


def code_file(value: Any) -> str:
    """Check: the name of a code file beside the lesson."""
    right = isinstance(value, str) and len(value) <= MAX_FILE and is_sample_file(value)
    return "" if right else "must be a name like samples/grad.starter.py"


def as_list(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def is_sample_file(name: str) -> bool:
    """Return whether a sample may have this file name."""
    right = SAMPLE_FILE.fullmatch(name) and ".." not in name
    return bool(right) and not name.endswith(".capture.yaml")


def bad_titles(rows: list[dict[str, Any]]) -> str:
    """Return what is wrong with the titles of links or samples, or ""."""
    wrong = filter(None, map(text(MAX_TITLE, lines=False), (row["title"] for row in rows)))
    return next((f"'title' {each}" for each in wrong), "")


def is_rows(value: Any, needed: set[str], allowed: set[str]) -> bool:
    """Return whether the value is a list of mappings with text under these keys."""
    return isinstance(value, list) and all(
        isinstance(row, dict)
        and needed <= row.keys() <= allowed
        and all(isinstance(row[key], str) and row[key].strip() for key in needed)
        for row in value
    )


UID = matching(UID_PATTERN, "3 to 64 lower-case letters, digits and hyphens")
SLUG = matching(
    rf"(?=.{{1,{MAX_SLUG}}}$)[a-z0-9]+(-[a-z0-9]+)*",
    f"lower-case words joined by hyphens, at most {MAX_SLUG} characters",
)


@dataclass(frozen=True)
class Key:
    """A front matter key: its check, whether it is required, its default."""

    check: Check
    needed: bool = False
    default: Any = ""


TITLE = Key(text(120, lines=False), needed=True)
SUMMARY = Key(text(300))
NAMED = {"uid": Key(UID, needed=True), "title": TITLE, "summary": SUMMARY}
LESSON_TEXT = {
    **NAMED,
    "title": Key(text(160, lines=False), needed=True),
    "links": Key(link_list, default=()),
    "samples": Key(translated_samples, default=()),
    "questions": Key(question_list, default=()),
    "exercise": Key(text(20_000)),
    "hints": Key(text_list(12, 5_000), default=()),
    "answer": Key(text(20_000)),
}
# The source language's file holds what the languages share; translations repeat the uid only.
SCHEMAS: dict[tuple[str, bool], dict[str, Key]] = {
    ("quest", True): {
        **NAMED,
        "slug": Key(SLUG, needed=True),
        "emoji": Key(text(16, lines=False)),
        "status": Key(one_of(*Status.values), default=Status.PUBLISHED),
        "position": Key(whole_number(0, 10_000), default=0),
        "source": Key(one_of("ko", "en"), default="ko"),
        "runs": Key(one_of(*Runs.values), default=Runs.SERVER),
    },
    ("quest", False): NAMED,
    ("chapter", True): NAMED,
    ("chapter", False): NAMED,
    ("lesson", True): {
        **LESSON_TEXT,
        "minutes": Key(whole_number(1, 600), default=10),
        "status": Key(one_of(*Status.values), default=Status.PUBLISHED),
        "tags": Key(tag_list, default=()),
        "needs": Key(uid_list, default=()),
        "samples": Key(sample_list, default=()),
        "starter": Key(code_file),
        "check": Key(code_file),
    },
    ("lesson", False): LESSON_TEXT,
}


def clean(folder: Folder, source: Source, kind: str, *, is_source: bool) -> dict[str, Any]:
    """Return the front matter with defaults; records mistakes with their lines."""
    keys = SCHEMAS[kind, is_source]
    for name in source.meta.keys() - keys.keys():
        folder.problem(source.path, source.line(str(name)), explain_unknown(kind, str(name)))
    return {name: value_of(folder, source, name, key) for name, key in keys.items()}


def explain_unknown(kind: str, name: str) -> str:
    """Return the message for a key that is not allowed there."""
    if name in SCHEMAS[kind, True]:
        return f"'{name}' belongs into the file of the source language only"
    return f"unknown key '{name}'"


def value_of(folder: Folder, source: Source, name: str, key: Key) -> Any:
    """Return the checked value of a key, or its default."""
    if name not in source.meta:
        if key.needed:
            folder.problem(source.path, 1, f"missing key '{name}'")
        return key.default
    value = source.meta[name]
    wrong = key.check(value)
    if wrong:
        folder.problem(source.path, source.line(name), f"'{name}' {wrong}")
        return key.default
    return value
