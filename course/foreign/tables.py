"""Tables that other makes write as lists or with commas."""

import csv
import io
import re

from course.foreign.pages import Lines

ROW = re.compile(r"[ \t]*[*-][ \t]+[*-](?:[ \t]+(?P<text>.*))?$")
CELL = re.compile(r"[ \t]+[*-](?:[ \t]+(?P<text>.*))?$")


def list_rows(body: Lines) -> list[list[str]]:
    """Return the rows of a list of lists."""
    rows: list[list[str]] = []
    for line in body:
        row, cell = ROW.match(line.text), CELL.match(line.text)
        if row:
            rows.append([(row["text"] or "").strip()])
        elif cell and rows:
            rows[-1].append((cell["text"] or "").strip())
        elif rows and line.text.strip():
            rows[-1][-1] = f"{rows[-1][-1]} {line.text.strip()}".strip()
    return rows


def csv_rows(text: str) -> list[list[str]]:
    """Return the rows of a text with commas."""
    try:
        return [row for row in csv.reader(io.StringIO(text), skipinitialspace=True) if row]
    except csv.Error:
        return []


def table(rows: list[list[str]]) -> list[str]:
    """Return rows as a table, the first one being its head."""
    width = max(map(len, rows))
    filled = [[*map(one_line, row), *([" "] * (width - len(row)))] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in filled]
    return [lines[0], f"|{' --- |' * width}", *lines[1:]]


def one_line(cell: str) -> str:
    """Return a cell's text so that it stays in its cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(cell.split())) or " "
