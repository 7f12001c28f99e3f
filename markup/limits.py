"""Cost limits: sources that would take Python-Markdown long are rejected with a reason.

Python-Markdown takes 9 s for 10,000 `[`. These checks scan the text once; `Limits` holds the
maximum of each costly construct. A list or table is measured by its items and cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .results import MarkupError, Problem

CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# Marks that turn the direction of the text after them, and with it the page around a comment.
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
TAG_NAME = r"[a-zA-Z][a-zA-Z0-9-]*"
TAG = re.compile(rf"<(?P<close>/?)(?P<name>{TAG_NAME})(?:\"[^\"]*+\"|'[^']*+'|[^\"'<>])*+>")
VOID = frozenset({"br", "hr"})


@dataclass(frozen=True)
class Limits:
    """Maximum per source: characters, nesting, open brackets, paragraph length, lines, links."""

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
    """Return the text with LF line ends, without control characters and lone surrogates.

    Joiners within emoji are kept.
    """
    text = CONTROL.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    return text if keep_bidi else BIDI.sub("", text)


def check_length(source: str, limits: Limits) -> None:
    """Raise MarkupError when the source is too long."""
    if len(source) > limits.length:
        message = _("The text is too long: %(length)d characters, at most %(limit)d are allowed.")
        raise MarkupError([Problem(message % {"length": len(source), "limit": limits.length})])


def check_cost(source: str, texts: Sequence[tuple[str, int]], limits: Limits) -> None:
    """Raise MarkupError listing everything that would be slow to render.

    `texts` is the inline text of each paragraph, list item, cell and title, with its line.
    """
    problems = [
        *_open_brackets(texts, limits),
        *_long_paragraphs(texts, limits),
        *_too_many(source, [text for text, _line in texts], limits),
    ]
    if problems:
        raise MarkupError(problems)


def too_nested(line: int | None = None) -> Problem:
    """Return the problem of lists, quotes or brackets nested too deeply."""
    return Problem(_("Lists, quotes or brackets are nested too deeply."), line)


def too_deep(line: int) -> MarkupError:
    """Return the error that stops parsing at blocks nested too deeply."""
    return MarkupError([too_nested(line)])


def _open_brackets(texts: Sequence[tuple[str, int]], limits: Limits) -> list[Problem]:
    for text, line in texts:
        depth = 0
        for mark in BRACKET.finditer(text):
            depth += {"[": 1, "]": -1}.get(mark[0], 0)
            depth = max(0, depth)
            if depth > limits.brackets:
                return [too_nested(line + text.count("\n", 0, mark.start()))]
    return []


def _long_paragraphs(texts: Sequence[tuple[str, int]], limits: Limits) -> list[Problem]:
    message = _("A paragraph may have at most %(limit)d characters.") % {"limit": limits.paragraph}
    return [Problem(message, line) for text, line in texts if len(text) > limits.paragraph][:1]


def _too_many(source: str, texts: Sequence[str], limits: Limits) -> list[Problem]:
    problems = []
    if source.count("\n") >= limits.lines:
        message = _("The text may have at most %(limit)d lines.")
        problems.append(Problem(message % {"limit": limits.lines}))
    if sum(text.count("](") + text.count("][") for text in texts) > limits.links:
        problems.append(Problem(_("The text has too many links.")))
    if source.count("[^") > limits.footnotes:
        problems.append(Problem(_("The text has too many footnotes.")))
    return problems


def check_html(html: str, limits: Limits, tags: frozenset[str]) -> None:
    """Raise MarkupError when tags are so many or so deep that sanitizing would be slow."""
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
