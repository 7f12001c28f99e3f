"""Block rules for single lines: placed blocks and display formulas."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from markdown_it.rules_block import StateBlock

from .results import Problem

PLACED = re.compile(r"\[\[(sample|question):([\w.-]{1,80})\]\][ \t]*$")
CLOSING_DOLLARS = re.compile(r"(?<!\\)\$\$")


def line_of(state: StateBlock, line: int) -> str:
    """Return a line without the markers and indentation of its containers."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def opens_here(state: StateBlock, line: int) -> bool:
    """Whether a block may start on the line, because it is not indented code.

    The line may lie outside the current container, which it then ends.
    """
    return not state.is_code_block(line)


def is_inside(state: StateBlock, line: int) -> bool:
    """Whether the line has text within the current container that is not indented code."""
    is_outside = state.isEmpty(line) or state.sCount[line] < state.blkIndent
    return not is_outside and not state.is_code_block(line)


def placed(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `[[sample:id]]` and `[[question:id]]`, which split the page; top level only."""
    found = PLACED.match(line_of(state, start)) if opens_here(state, start) else None
    if not found:
        return False
    if silent:
        return True
    if state.level:
        state.env["problems"].append(misplaced(found[0].strip(), start + 1))
    token = state.push("placed", "", 0)
    token.map, token.meta = [start, start + 1], {"kind": found[1], "id": found[2]}
    state.line = start + 1
    return True


def misplaced(marker: str, line: int) -> Problem:
    """Return the problem of a marker that is not alone on a line at the top level."""
    message = _(
        "“%(marker)s” has to stand on a line of its own, outside lists, quotes, callouts and tabs."
    )
    return Problem(message % {"marker": marker}, line)


def display_formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `$$…$$` on lines of its own; a blank line ends every formula."""
    if not opens_here(state, start) or not line_of(state, start).startswith("$$"):
        return False
    body = _formula_lines(state, start, end)
    latex = "\n".join(body or [])
    if body is None or "`" in latex or not latex.strip():
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.map, token.content = [start, start + len(body)], latex
        state.line = start + len(body)
    return True


def _formula_lines(state: StateBlock, start: int, end: int) -> list[str] | None:
    """Return the lines between the signs, or None when unclosed or followed by text."""
    body: list[str] = []
    margin = min(state.blkIndent, state.sCount[start])
    for line in range(start, end):
        if state.isEmpty(line) or state.sCount[line] < margin:
            return None
        text = line_of(state, line)[2 if line == start else 0 :]
        closing = CLOSING_DOLLARS.search(text)
        if closing:
            body.append(text[: closing.start()])
            return body if not text[closing.end() :].strip() else None
        body.append(text)
    return None
