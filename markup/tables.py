"""GitHub's tables, whose cells may contain a bar in code, a formula or a marker."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from markdown_it.rules_block import StateBlock

from .inline import spans
from .rules import is_inside, line_of

RULE = re.compile(r"\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
BAR = re.compile(r"\\.|\|")
MAX_COLUMNS = 100


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a header row, a delimiter row with as many columns, and rows up to a blank line."""
    aligns = _columns(state, start, end)
    if aligns is None:
        return False
    titles = cells(line_of(state, start))
    if len(titles) != len(aligns):
        if not silent:
            _warn(state, start, len(titles), len(aligns))
        return False
    if not silent:
        _push_table(state, start, titles, aligns)
    return True


def _columns(state: StateBlock, start: int, end: int) -> list[str] | None:
    """Return the alignment of each column if a delimiter row follows the line, else None."""
    if start + 1 >= end or not is_inside(state, start) or not is_inside(state, start + 1):
        return None
    rule = line_of(state, start + 1)
    if "|" not in rule + line_of(state, start) or not RULE.match(rule):
        return None
    aligns = [_align(part.strip()) for part in rule.strip().strip("|").split("|")]
    return aligns if len(aligns) <= MAX_COLUMNS else None


def _align(rule: str) -> str:
    both = rule.startswith(":"), rule.endswith(":")
    return {(True, True): "center", (True, False): "left", (False, True): "right"}.get(both, "")


def cells(row: str) -> list[str]:
    """Split a row into cells; escaped bars and those in code, formulas and markers don't split."""
    row = row.strip()
    kept = spans(row)
    parts, last, following = [""], 0, 0
    for bar in BAR.finditer(row):
        while following < len(kept) and kept[following].end <= bar.start():
            following += 1
        inside = following < len(kept) and kept[following].start <= bar.start()
        if inside and (kept[following].is_formula or bar[0] != "\\|"):
            continue
        if bar[0] not in ("|", "\\|"):
            continue
        parts[-1] += row[last : bar.start()]
        last = bar.end()
        if bar[0] == "|":
            parts.append("")
        else:
            parts[-1] += "|"
    parts[-1] += row[last:]
    return _without_edges([part.strip() for part in parts], row)


def _without_edges(parts: list[str], row: str) -> list[str]:
    if row.startswith("|"):
        parts = parts[1:]
    return parts[:-1] if len(parts) > 1 and not parts[-1] else parts


def _push_table(state: StateBlock, start: int, titles: list[str], aligns: list[str]) -> None:
    opening = state.push("table_open", "table", 1)
    state.push("thead_open", "thead", 1)
    _push_row(state, start, titles, aligns, "th")
    state.push("thead_close", "thead", -1)
    line = start + 2
    state.parentType, kept = "table", state.parentType
    if _is_row(state, line):
        state.push("tbody_open", "tbody", 1)
        while _is_row(state, line):
            _push_row(state, line, cells(line_of(state, line)), aligns, "td")
            line += 1
        state.push("tbody_close", "tbody", -1)
    state.parentType = kept
    state.push("table_close", "table", -1)
    opening.map = [start, line]
    state.line = line


def _is_row(state: StateBlock, line: int) -> bool:
    """Whether the line is a row; a blank line, the container's end or another block ends rows."""
    if line >= state.lineMax or not is_inside(state, line):
        return False
    rules = state.md.block.ruler.getRules("blockquote")
    return not any(rule(state, line, state.lineMax, True) for rule in rules)


def _push_row(
    state: StateBlock, line: int, written: list[str], aligns: list[str], tag: str
) -> None:
    state.push("tr_open", "tr", 1)
    for column, align in enumerate(aligns):
        opening = state.push(f"{tag}_open", tag, 1)
        opening.attrs = {"align": align} if align else {}
        inline = state.push("inline", "", 0)
        inline.map = [line, line + 1]
        inline.content = written[column] if column < len(written) else ""
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _warn(state: StateBlock, start: int, titles: int, columns: int) -> None:
    message = _("This is no table: the first row has %(titles)d cells, the rule below %(columns)d.")
    state.env["warn"](message % {"titles": titles, "columns": columns}, start + 1)
