"""Code in Markdown that no reader understands yet, because other makes' blocks are in it."""

import re

from course.foreign.pages import Lines, text_of
from markup import MarkupError
from markup.reading import Reading, read

FENCE = re.compile(r"(?P<indent>[ \t>]*)(?P<marks>`{3,}|~{3,})(?P<info>[^\n]*)$")


def end_of_fence(lines: Lines, start: int, opening: re.Match[str]) -> int:
    """Return the place of the line that closes a fence; the last one when none does."""
    marks = opening["marks"]
    closing = re.compile(rf"[ \t>]*{re.escape(marks[0])}{{{len(marks)},}}[ \t]*$")
    for place in range(start + 1, len(lines)):
        if closing.match(lines[place].text):
            return place
    return len(lines) - 1


def opening_fence(text: str) -> re.Match[str] | None:
    """Return the match of a line that opens a fence; code spans of three backticks don't."""
    found = FENCE.match(text)
    return found if found and not ("`" in found["info"] and found["marks"][0] == "`") else None


def code_places(lines: Lines) -> list[bool]:
    """Return for each line whether it is within a fence or one of its marks."""
    found = [False] * len(lines)
    place = 0
    while place < len(lines):
        opening = opening_fence(lines[place].text)
        if opening:
            end = end_of_fence(lines, place, opening)
            found[place : end + 1] = [True] * (end + 1 - place)
            place = end
        place += 1
    return found


LEVELS = 30  # of nesting; a lesson may have 20, which its own checks say


def reading_of(lines: Lines) -> Reading | None:
    """Return the lines as the site reads them; None when they are nested too deeply."""
    try:
        return read(text_of(lines), lesson=True, levels=LEVELS)
    except MarkupError:
        return None


def places_of(lines: Lines, *kinds: str) -> set[int]:
    """Return the places of the lines within blocks of these kinds."""
    reading = reading_of(lines)
    tokens = reading.tokens if reading else []
    found: set[int] = set()
    for token in tokens:
        if token.type in kinds and token.map:
            found.update(range(*token.map))
    return found
