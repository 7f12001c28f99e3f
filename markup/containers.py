"""Block rules that contain other blocks: callouts, tabs and footnotes."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from markdown_it.rules_block import StateBlock

from .rules import line_of, opens_here

INDENT = 4
CALLOUT = re.compile(r"!!! ?([\w-]{1,40})(?: +[\w-]{1,40}){0,3}(?: +\"([^\n]{0,300})\")?[ \t]*$")
TAB = re.compile(r"=== +\"([^\n]{1,200})\"[ \t]*$")
FOOTNOTE = re.compile(r"\[\^([^\]\n]{1,200})\]:[ \t]*")


def callout(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `!!! note "Title"` with its text indented by four."""
    found = CALLOUT.match(line_of(state, start)) if opens_here(state, start) else None
    if found and not silent:
        _indented(state, (start, end), "callout", {"kind": found[1].lower(), "title": found[2]})
    return found is not None


def tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `=== "Title"` with its text indented by four; consecutive tabs form a group."""
    found = TAB.match(line_of(state, start)) if opens_here(state, start) else None
    if found and not silent:
        _indented(state, (start, end), "tab", {"title": found[1].strip()})
    return found is not None


def footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `[^label]: text`; its further blocks are indented by four."""
    found = FOOTNOTE.match(line_of(state, start)) if opens_here(state, start) else None
    if found and not silent:
        opening = state.push("footnote_open", "", 1)
        opening.map, opening.meta = [start, start + 1], {"label": found[1]}
        read_behind_mark(state, start, end, found.end())
        state.push("footnote_close", "", -1)
    return found is not None


def read_behind_mark(state: StateBlock, start: int, end: int, width: int) -> None:
    """Parse the rest of the line after a marker, and the indented lines below, as blocks."""
    kept = state.bMarks[start], state.tShift[start], state.sCount[start]
    state.bMarks[start] += state.tShift[start] + width
    state.tShift[start] = 0
    state.sCount[start] = state.blkIndent + INDENT
    read_inside(state, start, end)
    state.bMarks[start], state.tShift[start], state.sCount[start] = kept
    state.line = max(state.line, start + 1)


def read_inside(state: StateBlock, start: int, end: int) -> None:
    """Parse lines indented by four as blocks; sets `state.line` to the line after them."""
    kept = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.lineMax = "container", end
    state.blkIndent += INDENT
    state.line = start
    state.md.block.tokenize(state, start, end)
    state.parentType, state.lineMax, state.blkIndent = kept


def _indented(state: StateBlock, lines: tuple[int, int], kind: str, meta: dict[str, Any]) -> None:
    start, end = lines
    stop = _end_of_indented(state, start, end)
    opening = state.push(f"{kind}_open", "div", 1)
    opening.map, opening.meta = [start, stop], meta
    if stop == start + 1:
        message = _("Nothing is indented below “%(line)s”, so it is empty.")
        state.env["warn"](message % {"line": line_of(state, start)}, start + 1)
    read_inside(state, start + 1, stop)
    state.push(f"{kind}_close", "div", -1)
    state.line = stop


def _end_of_indented(state: StateBlock, start: int, end: int) -> int:
    stop = start + 1
    for line in range(start + 1, end):
        if state.isEmpty(line):
            continue
        if state.sCount[line] - state.blkIndent < INDENT:
            break
        stop = line + 1
    return stop
