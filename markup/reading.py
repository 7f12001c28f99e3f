"""Block parser: markdown-it-py with CommonMark, GitHub's additions and the site's own rules.

Python-Markdown renders the result; docs/decisions/0018-commonmark-blocks.md says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from . import containers, definitions, limits, rules, spoilers, tables
from .results import Problem

MAX_WARNINGS = 200
Rule = Callable[[StateBlock, int, int, bool], bool]
INTERRUPTS = ["paragraph", "reference"]
INTERRUPTS_ALL = [*INTERRUPTS, "blockquote", "list"]
BLOCKS = ["blockquote", "code", "fence", "heading", "hr", "lheading", "list", "reference"]


@dataclass
class Reading:
    """The parsed blocks of one source as tokens, with the problems found."""

    source: str
    tokens: list[Token] = field(default_factory=list)
    references: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: dict[Problem, None] = field(default_factory=dict)

    def texts(self) -> list[tuple[str, int]]:
        """Yield the inline text of each paragraph, item, cell and title, with its first line."""
        return [
            (token.content, token.map[0] + 1)
            for token in self.tokens
            if token.type == "inline" and token.map
        ]

    def warn(self, message: str, line: int | None) -> None:
        """Record a warning about valid but probably unintended markup."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings[Problem(message, line)] = None


class Reader(MarkdownIt):
    """markdown-it-py that leaves URLs unchanged; `Targets` validates them."""

    def validateLink(self, url: str) -> bool:
        """Accept any URL in a reference definition."""
        return True

    def normalizeLink(self, url: str) -> str:
        """Return the URL unchanged, so that Hangul stays readable."""
        return url


def read(source: str, *, lesson: bool, levels: int) -> Reading:
    """Parse the blocks of a source. Raises MarkupError when they are nested too deeply."""
    reading = Reading(source)
    env: dict[str, Any] = {
        "levels": levels,
        "problems": reading.problems,
        "warn": reading.warn,
    }
    reader = lesson_reader() if lesson else comment_reader()
    reader.block.parse(source, reader, env, reading.tokens)
    reading.references = env.get("references", {})
    return reading


@cache
def lesson_reader() -> Reader:
    """Return the parser of lessons, with all block rules; it keeps no state between texts."""
    reader = _reader([*BLOCKS, "html_block", "paragraph"], html=True)
    ruler = reader.block.ruler
    for name, rule in {
        "placed": rules.placed,
        "display": rules.display_formula,
        "callout": containers.callout,
        "tab": containers.tab,
    }.items():
        ruler.before("code", name, rule, {"alt": INTERRUPTS_ALL})
    ruler.before("code", "footnote", containers.footnote, {"alt": INTERRUPTS})
    ruler.before("code", "gfm_table", tables.table, {"alt": INTERRUPTS})
    ruler.before("paragraph", "definitions", definitions.definition_list)
    return reader


@cache
def comment_reader() -> Reader:
    """Return the parser of comments: spoilers, but no HTML, tables, callouts or definitions."""
    reader = _reader([*BLOCKS, "paragraph"], html=False)
    reader.block.ruler.before("blockquote", "spoiler", spoilers.spoiler, {"alt": INTERRUPTS_ALL})
    reader.block.ruler.disable("reference")
    return reader


def _reader(blocks: list[str], *, html: bool) -> Reader:
    # `limit` refuses long before the reader's own limit, which would drop text silently.
    reader = Reader("zero", {"html": html, "maxNesting": 10_000})
    reader.block.ruler.enableOnly(blocks)
    reader.block.ruler.before("table", "limit", _limit)
    return reader


def _limit(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Stop parsing at blocks nested too deeply; a list counts as two levels."""
    if state.level > 2 * state.env["levels"]:
        raise limits.too_deep(start + 1)
    return False
