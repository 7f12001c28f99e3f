"""Which keys a front matter may have, and what they must look like."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

from course.importing.files import Folder, Source
from course.models import Status
from course.models.kinds import UID_PATTERN

Check = Callable[[Any], str]
# Beside tabs and line ends; no database or page takes NUL or half a character.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]")
TAG = re.compile(r"[\w-]{1,40}")
CODE_LANGUAGE = re.compile(r"[a-z0-9+#-]{1,20}")
MAX_FILE, MAX_TITLE, MAX_SLUG = 120, 200, 64


def text(limit: int, *, lines: bool = True) -> Check:
    """A block of text or (without `lines`) one line, not empty, at most `limit` characters."""

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
    """An integer from low to high."""

    def check(value: Any) -> str:
        right = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return "" if right else f"must be a whole number from {low} to {high}"

    return check


def matching(pattern: str, what: str) -> Check:
    """Text that matches a pattern."""

    def check(value: Any) -> str:
        right = isinstance(value, str) and re.fullmatch(pattern, value)
        return "" if right else f"must be {what}"

    return check


def one_of(*choices: str) -> Check:
    """One of these words."""
    return lambda value: "" if value in choices else f"must be one of {', '.join(choices)}"


def tag_list(value: Any) -> str:
    """A list of short lower-case words."""
    right = isinstance(value, list) and all(
        isinstance(tag, str) and TAG.fullmatch(tag) and tag == normalize("NFC", tag.lower())
        for tag in value
    )
    return "" if right else "must be a list of lower-case words"


def link_list(value: Any) -> str:
    """A list of {title, url} with https addresses."""
    if not is_rows(value, {"title", "url"}, {"title", "url"}):
        return "must be a list of 'title' and 'url'"
    bad = [row["url"] for row in value if not is_https(row["url"])]
    if bad:
        return f"'{bad[0]}' is not an https:// address"
    urls = [row["url"] for row in value]
    return bad_titles(value) or ("names an address twice" if len(urls) > len(set(urls)) else "")


def is_https(url: Any) -> bool:
    """Whether the value is an absolute https address."""
    if not isinstance(url, str) or len(url) > 500 or re.search(r"[\s<>\"]", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, half an IPv6 address
        return False


SAMPLE_FILE = re.compile(r"samples/[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.[a-z0-9]{1,5}")


def sample_list(value: Any) -> str:
    """A list of {file, title, language?, fails?}."""
    allowed = {"file", "title", "language", "fails"}
    if not is_rows(value, {"file", "title"}, allowed):
        return "must be a list of 'file' and 'title' (and 'language', 'fails')"
    if not all(isinstance(row.get("fails", False), bool) for row in value):
        return "'fails' must be true or false"
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


def is_sample_file(name: str) -> bool:
    """Whether a sample may have this name, in a folder and in an export."""
    right = SAMPLE_FILE.fullmatch(name) and ".." not in name
    return bool(right) and not name.endswith(".capture.yaml")


def bad_titles(rows: list[dict[str, Any]]) -> str:
    """What is wrong with the titles of links or samples, empty when nothing is."""
    wrong = filter(None, map(text(MAX_TITLE, lines=False), (row["title"] for row in rows)))
    return next((f"'title' {each}" for each in wrong), "")


def is_rows(value: Any, needed: set[str], allowed: set[str]) -> bool:
    """Whether the value is a list of mappings with text under these keys."""
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
    """One key: how to check it, whether it must be there, what it is when left out."""

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
    "samples": Key(sample_list, default=()),
    "exercise": Key(text(20_000)),
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
    },
    ("quest", False): NAMED,
    ("chapter", True): NAMED,
    ("chapter", False): NAMED,
    ("lesson", True): {
        **LESSON_TEXT,
        "minutes": Key(whole_number(1, 600), default=10),
        "status": Key(one_of(*Status.values), default=Status.PUBLISHED),
        "tags": Key(tag_list, default=()),
    },
    ("lesson", False): LESSON_TEXT,
}


def clean(folder: Folder, source: Source, kind: str, *, is_source: bool) -> dict[str, Any]:
    """The front matter with defaults filled in; mistakes are noted with their lines."""
    keys = SCHEMAS[kind, is_source]
    for name in source.meta.keys() - keys.keys():
        folder.problem(source.path, source.line(str(name)), explain_unknown(kind, str(name)))
    return {name: value_of(folder, source, name, key) for name, key in keys.items()}


def explain_unknown(kind: str, name: str) -> str:
    """The message for a key that may not stand there."""
    if name in SCHEMAS[kind, True]:
        return f"'{name}' belongs into the file of the source language only"
    return f"unknown key '{name}'"


def value_of(folder: Folder, source: Source, name: str, key: Key) -> Any:
    """The checked value of a key, or its default."""
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
