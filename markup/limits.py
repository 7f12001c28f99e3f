"""Checks before Markdown: sources that would keep Python-Markdown busy are refused with a reason.

Python-Markdown takes 9 s for 10,000 `[` and recurses once per list level. The checks below read
the text once; `Limits` says how much of each costly thing an outlet may use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .results import MarkupError, Problem

CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# Marks that turn the direction of the text after them, and with it the page around a comment.
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
MARKER = r"(?:>!?|[-+*:]|\d{1,9}[.)]|!!!)"
LEADING = re.compile(rf"(?:[ \t]*+{MARKER}(?=[\s>]|$))*+[ \t]*+")
ONE_MARKER = re.compile(MARKER)
BRACKET = re.compile(r"\\.|[\[\]]|\n[ \t]*\n", re.DOTALL)
TAG_NAME = r"[a-zA-Z][a-zA-Z0-9-]*"
TAG = re.compile(rf"<(?P<close>/?)(?P<name>{TAG_NAME})(?:\"[^\"]*+\"|'[^']*+'|[^\"'<>])*+>")
VOID = frozenset({"br", "hr"})


@dataclass(frozen=True)
class Limits:
    """Per source: characters, levels, open brackets, length of a paragraph, lines, links."""

    length: int
    levels: int
    brackets: int
    paragraph: int
    lines: int
    links: int
    footnotes: int = 400
    html_depth: int = 60
    html_tags: int = 20_000


LESSON_LIMITS = Limits(
    length=200_000, levels=20, brackets=40, paragraph=10_000, lines=8_000, links=2_000
)
# A list of 200 short items, each with a bold word, has 800 tags.
COMMENT_LIMITS = Limits(
    length=4_000,
    levels=20,
    brackets=20,
    paragraph=4_000,
    lines=500,
    links=100,
    html_tags=1_500,
)


def clean_characters(source: str, *, keep_bidi: bool) -> str:
    """LF line ends, no control characters, no halves of characters; joiners of emoji stay."""
    text = CONTROL.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    return text if keep_bidi else BIDI.sub("", text)


def check_length(source: str, limits: Limits) -> None:
    """Raises MarkupError when the source is too long."""
    if len(source) > limits.length:
        message = _("The text is too long: %(length)d characters, at most %(limit)d are allowed.")
        raise MarkupError([Problem(message % {"length": len(source), "limit": limits.length})])


def check_cost(text: str, limits: Limits) -> None:
    """Raises MarkupError with everything in the text (code taken out) that would be slow."""
    problems = [
        *_deep_containers(text, limits),
        *_open_brackets(text, limits),
        *_long_paragraphs(text, limits),
        *_too_many(text, limits),
    ]
    if problems:
        raise MarkupError(problems)


def too_nested(line: int | None = None) -> Problem:
    """The problem of lists, quotes or brackets within each other."""
    return Problem(_("Lists, quotes or brackets are nested too deeply."), line)


def _deep_containers(text: str, limits: Limits) -> list[Problem]:
    for number, line in enumerate(text.split("\n"), start=1):
        if _levels(line) > limits.levels:
            return [too_nested(number)]
    return []


def _levels(line: str) -> int:
    """List and quote marks at the start of a line, and its indentation in steps of four."""
    found = LEADING.match(line)
    lead = found[0].expandtabs(4) if found else ""
    return len(ONE_MARKER.findall(lead)) + lead.count(" ") // 4


def _open_brackets(text: str, limits: Limits) -> list[Problem]:
    depth = 0
    for mark in BRACKET.finditer(text):
        if mark[0] == "[":
            depth += 1
            if depth > limits.brackets:
                return [too_nested(text.count("\n", 0, mark.start()) + 1)]
        elif mark[0] == "]":
            depth = max(0, depth - 1)
        elif mark[0].startswith("\n"):
            depth = 0
    return []


def _long_paragraphs(text: str, limits: Limits) -> list[Problem]:
    message = _("A paragraph may have at most %(limit)d characters.") % {"limit": limits.paragraph}
    line = 1
    for paragraph in re.split(r"(\n[ \t]*\n)", text):
        if len(paragraph) > limits.paragraph:
            return [Problem(message % {"limit": limits.paragraph}, line)]
        line += paragraph.count("\n")
    return []


def _too_many(text: str, limits: Limits) -> list[Problem]:
    problems = []
    if text.count("\n") >= limits.lines:
        message = _("The text may have at most %(limit)d lines.")
        problems.append(Problem(message % {"limit": limits.lines}))
    if text.count("](") + text.count("][") > limits.links:
        problems.append(Problem(_("The text has too many links.")))
    if text.count("[^") > limits.footnotes:
        problems.append(Problem(_("The text has too many footnotes.")))
    return problems


def check_html(html: str, limits: Limits, tags: frozenset[str]) -> None:
    """Raises MarkupError when there are so many tags, or so deep, that cleaning would be slow."""
    depth, nesting = 0, tags - VOID
    for number, tag in enumerate(TAG.finditer(html)):
        if number >= limits.html_tags:
            raise MarkupError([Problem(_("The text has too much markup."))])
        # Others, like those of `List<int>`, become text and hold nothing.
        if tag["name"].lower() not in nesting:
            continue
        depth = max(0, depth - 1) if tag["close"] else depth + 1
        if depth > limits.html_depth:
            raise MarkupError([too_nested()])
