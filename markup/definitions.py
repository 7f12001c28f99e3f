"""Block rule for definition lists: lines with terms, then `: ` and each definition."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from .containers import INDENT, read_behind_mark
from .rules import is_inside, line_of

MEANING = re.compile(r":[ \t]+(?=\S)")


def definition_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse terms on their own lines, followed by at least one definition.

    No other block may start on a term's line.
    """
    first = _first_meaning(state, start, end)
    if silent or first is None:
        return False
    opening = state.push("dl_open", "dl", 1)
    line = start
    while first is not None:
        _terms(state, line, first)
        line = _meanings(state, line, first, end)
        following = state.skipEmptyLines(line)
        first = _first_meaning(state, following, end) if following < end else None
        line = following if first is not None else line
    state.push("dl_close", "dl", -1)
    opening.map = [start, line]
    state.line = line
    return True


def _first_meaning(state: StateBlock, start: int, end: int) -> int | None:
    """Return the line of the first definition after the terms that start here, or None."""
    line = start
    while line < end and is_inside(state, line):
        if line > start and MEANING.match(line_of(state, line)):
            return line
        if _other_block(state, line, end):
            return None
        line += 1
    if start < line < end and state.isEmpty(line) and line + 1 < end:
        line += 1
        if _is_meaning(state, line):
            return line
    return None


def _other_block(state: StateBlock, line: int, end: int) -> bool:
    return any(rule(state, line, end, True) for rule in state.md.block.ruler.getRules("paragraph"))


def _is_meaning(state: StateBlock, line: int) -> bool:
    return is_inside(state, line) and MEANING.match(line_of(state, line)) is not None


def _terms(state: StateBlock, start: int, stop: int) -> None:
    for line in range(start, stop):
        if not state.isEmpty(line):
            state.push("dt_open", "dt", 1)
            inline = state.push("inline", "", 0)
            inline.map, inline.content = [line, line + 1], line_of(state, line).strip()
            state.push("dt_close", "dt", -1)


def _meanings(state: StateBlock, terms: int, first: int, end: int) -> int:
    """Parse definitions from the line `first`. Returns the line after them."""
    line, loose = first, state.isEmpty(first - 1)
    while True:
        _meaning(state, line, end, loose=loose)
        following = state.skipEmptyLines(state.line)
        if following >= end or not _is_meaning(state, following):
            return state.line
        loose = state.isEmpty(following - 1)
        line = following


def _meaning(state: StateBlock, line: int, end: int, *, loose: bool) -> None:
    mark = MEANING.match(line_of(state, line))
    width = mark.end() if mark else 0
    state.push("dd_open", "dd", 1)
    first = len(state.tokens)
    read_behind_mark(state, line, _end_of_meaning(state, line, end), width)
    inside = state.tokens[first:]
    if not loose and [token.type for token in inside] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]:
        _hide(inside)
    state.push("dd_close", "dd", -1)


def _hide(tokens: list[Token]) -> None:
    tokens[0].hidden = tokens[-1].hidden = True


def _end_of_meaning(state: StateBlock, start: int, end: int) -> int:
    """Return the line of the next definition, or the first unindented one after a blank line."""
    blank = False
    for line in range(start + 1, end):
        if state.isEmpty(line):
            blank = True
            continue
        indented = state.sCount[line] - state.blkIndent >= INDENT
        if not indented and (blank or _is_meaning(state, line)):
            return line
        blank = False
    return end
