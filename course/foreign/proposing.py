"""What a page does not say and a lesson needs: a summary, minutes, whether it is published."""

import re
from itertools import pairwise
from typing import Any

from course.folders.schema import TAG
from course.foreign.fences import code_places, reading_of
from course.foreign.front import words
from course.foreign.headings import plain
from course.foreign.pages import Course, Lines, Page, lines_of

WORDS_A_MINUTE, SIGNS_A_MINUTE, CODE_LINES_A_MINUTE = 200, 500, 25
HANGUL = re.compile("[\uac00-\ud7a3]")
MARKS = re.compile(r"!\[[^\]]*\]\([^)]*\)|\[\[[^\]]*\]\]|<[^<>]{1,200}>|\[\^[^\]]+\]|\$\$?")
LINKED = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^)]*\)")
SENTENCE = re.compile(r"(?<=[.!?。])\s+(?=[A-Z0-9“\"'`가-힣(])")
MAX_SUMMARY = 160


def language_of(texts: list[str]) -> str:
    """Return ko for a course of which a good part is Hangul, else en."""
    sample = " ".join(text[:3_000] for text in texts[:40])
    letters = sum(sign.isalpha() for sign in sample)
    return "ko" if len(HANGUL.findall(sample)) > letters * 0.2 else "en"


def summary_of(page: Page, lines: Lines) -> str:
    """Return what the page says of itself, or its first sentences."""
    for name in ("description", "summary", "excerpt", "subtitle"):
        given = words(page.meta.get(name))
        if given:
            return shortened(plain(given))
    reading = reading_of(lines)
    tokens = reading.tokens if reading else []
    for before, token in pairwise(tokens):
        if before.type == "paragraph_open" and token.type == "inline" and before.level == 0:
            text = plain(MARKS.sub("", LINKED.sub(r"\1", token.content)))
            if len(text) >= 20 and not text.startswith(("[", "|", ":")):
                return shortened(text)
    return ""


def shortened(text: str) -> str:
    """Return whole sentences of a text that fit into a summary."""
    text = " ".join(re.sub(r"\\(?=[^\w\s])", "", text).split())
    if len(text) <= MAX_SUMMARY:
        return text.rstrip(":")
    kept = ""
    for sentence in SENTENCE.split(text):
        if len(kept) + len(sentence) > MAX_SUMMARY:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or text[:MAX_SUMMARY].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def minutes_of(page: Page, lines: Lines) -> int:
    """Return how long the page takes to read, code more slowly than words."""
    code = code_places(lines)
    text = " ".join(line.text for place, line in enumerate(lines) if not code[place])
    code_lines = sum(code) + sum(cell.source.count("\n") for cell in page.cells)
    signs = len(HANGUL.findall(text))
    others = len(HANGUL.sub(" ", text).split())
    minutes = others / WORDS_A_MINUTE + signs / SIGNS_A_MINUTE + code_lines / CODE_LINES_A_MINUTE
    return max(1, min(600, round(minutes)))


def status_of(page: Page) -> str:
    """Return draft for what its author has not published."""
    meta = page.meta
    is_draft = meta.get("draft") is True or meta.get("published") is False
    return "draft" if is_draft or meta.get("unlisted") is True else "published"


def tags_of(page: Page) -> list[str]:
    """Return the tags of the front matter in the form that lessons have."""
    given: Any = page.meta.get("tags")
    names = given.split(",") if isinstance(given, str) else given
    found = []
    for name in names if isinstance(names, list) else []:
        slug = re.sub(r"[^\w]+", "-", words(name).lower()).strip("-")[:40]
        if TAG.fullmatch(slug) and slug not in found:
            found.append(slug)
    return found[:8]


def course_words(course: Course) -> tuple[str, str]:
    """Return title and summary of a course: as it says, else as its README does."""
    title, summary = course.title, course.summary
    for name in ("README.md", "readme.md", f"{course.content}/README.md"):
        if (title and summary) or not course.inside(course.root / name):
            continue
        page = Page(name)
        lines = [line for line in readme_lines(course, name) if line.text.strip("= \t")]
        heading = next((each.text for each in lines if each.text.startswith("#")), "")
        title = title or plain(heading.lstrip("# "))
        summary = summary or summary_of(page, readme_lines(course, name))
    return title or course.root.name, summary


def readme_lines(course: Course, name: str) -> Lines:
    """Return the lines of a README."""
    return lines_of(course.read(name) or "")
