"""Blank lines and margins around HTML, so that the Markdown in and after it is read as such."""

import re

from course.foreign.fences import reading_of
from course.foreign.pages import Line, Lines

FOLD = re.compile(r"^(?P<indent>[ \t]*)(?P<tags>(?:</?(?:details|summary)\b[^>]*>|[^<\n])*)$", re.I)
PRE_TAG = re.compile(r"<(?:pre|textarea|svg)\b", re.I)


def flattened(lines: Lines) -> Lines:
    """Return the lines with HTML at the margin of its block: without its tags it would be code."""
    reading = reading_of(lines)
    found = list(lines)
    for token in reading.tokens if reading else []:
        if token.type != "html_block" or not token.map or PRE_TAG.search(token.content):
            continue
        first = lines[token.map[0]].text
        margin = first[: len(first) - len(first.lstrip())]
        for place in range(*token.map):
            text, number = lines[place]
            if text.strip() and text.startswith(margin):
                found[place] = Line(margin + text.lstrip(), number)
    return found


def apart(lines: Lines) -> Lines:
    """Return the lines with blank ones around tags that fold, so that Markdown within is read."""
    found: Lines = []
    for place, line in enumerate(lines):
        folds = re.search(r"</?(?:details|summary)\b", line.text, re.I)
        if not folds or not FOLD.match(line.text) or "`" in line.text:
            found.append(line)
            continue
        after = lines[place + 1].text if place + 1 < len(lines) else ""
        goes_on = bool(re.match(r"\s*</?summary", after, re.I)) or open_summary(line.text)
        before = re.search(r"</details|<details", line.text, re.I)
        found += [Line("", line.number)] if before and found and found[-1].text.strip() else []
        found.append(line)
        found += [] if goes_on or not after.strip() else [Line("", line.number)]
    return found


def open_summary(text: str) -> bool:
    """Return whether a line opens a summary that it doesn't close."""
    return "<summary" in text.lower() and "</summary" not in text.lower()
