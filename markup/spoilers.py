"""Spoilers in comments: lines that start with `>!` are collapsed until the reader opens them."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from markdown_it.rules_block import StateBlock

from .results import Problem
from .rules import line_of, opens_here

SIGN = re.compile(r">!?[ ]?")


def spoiler(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a spoiler up to the next blank line, so that nothing meant to be hidden shows."""
    if not opens_here(state, start) or not line_of(state, start).startswith(">!"):
        return False
    if silent:
        return True
    stop = start
    while stop < end and not state.isEmpty(stop) and state.sCount[stop] >= state.blkIndent:
        stop += 1
    text = "\n".join(SIGN.sub("", line_of(state, line), count=1) for line in range(start, stop))
    if not text.strip():
        state.env["problems"].append(Problem(_("The spoiler is empty."), start + 1))
    state.push("spoiler_open", "details", 1).map = [start, stop]
    _read_apart(state, text, start)
    state.push("spoiler_close", "details", -1)
    state.line = stop
    return True


def _read_apart(state: StateBlock, text: str, start: int) -> None:
    """Parse a text as blocks within the current block, counting its lines from `start`."""
    first = len(state.tokens)
    inner = StateBlock(text, state.md, state.env, state.tokens)
    inner.level = state.level
    state.md.block.tokenize(inner, 0, inner.lineMax)
    for token in state.tokens[first:]:
        if token.map:
            token.map = [token.map[0] + start, token.map[1] + start]
