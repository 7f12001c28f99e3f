"""Writes the tables of docs/performance.md between two markers; other text is kept."""

import platform
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tools.bench.load import Result

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
EMPTY = f"# Performance\n\n{BEGIN}\n{END}\n"


@dataclass(frozen=True)
class Row:
    """A scenario: its result, and its rate as a ratio to constants of the same size."""

    name: str
    size: int
    result: Result
    of_bare: float
    of_stack: float


@dataclass(frozen=True)
class Growth:
    """A scenario at one size of the site."""

    axis: str
    number: int
    name: str
    result: Result
    of_stack: float


def write(path: Path, rows: list[Row], growth: list[Growth], *, loader: str) -> None:
    """Replace the generated part of the file."""
    text = path.read_text() if path.exists() else EMPTY
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    measured = "\n".join(
        [BEGIN, "", *heading(loader), "", *table(rows), *growth_tables(growth), END]
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(before + measured + after)


def heading(loader: str) -> list[str]:
    """Return date, machine and settings of the measurement."""
    return [
        f"Measured on {date.today():%Y-%m-%d} with Python {platform.python_version()} on "
        f"{platform.machine()}: Postgres (throwaway, without fsync) and one granian process share "
        f"one core, the load ({loader} for pages) comes from another. Each scenario takes turns "
        "with the constants that it is compared to; medians of three rounds.",
    ]


def table(rows: list[Row]) -> list[str]:
    """Return a table of all scenarios with their ratios."""
    lines = [
        "| | bytes | requests/s | p50 ms | p99 ms | of a bare view | of one with the middleware |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        found = row.result
        note = f" ({found.bad} of {found.count} refused)" if found.bad else ""
        lines.append(
            f"| {row.name}{note} | {row.size:,} | {found.rate:,.0f} | {found.p50:.2f} | "
            f"{found.p99:.2f} | {row.of_bare:.2f} | {row.of_stack:.2f} |"
        )
    return lines


def growth_tables(growth: list[Growth]) -> list[str]:
    """Return one table per axis: requests per second at each size."""
    lines = []
    for axis in dict.fromkeys(each.axis for each in growth):
        mine = [each for each in growth if each.axis == axis]
        numbers = sorted({each.number for each in mine})
        lines += [
            "",
            f"Requests per second as the number of {axis} grows, and in brackets the ratio to a "
            "constant with the middleware (which the last column compares):",
            "",
        ]
        lines.append("| | " + " | ".join(f"{number:,}" for number in numbers) + " | last / first |")
        lines.append("|---|" + "--:|" * (len(numbers) + 1))
        for name in dict.fromkeys(each.name for each in mine):
            row = [each for each in mine if each.name == name]
            cells = " | ".join(f"{each.result.rate:,.0f} ({each.of_stack:.3f})" for each in row)
            change = row[-1].of_stack / max(row[0].of_stack, 1e-9)
            lines.append(f"| {name} | {cells} | {change:.2f} |")
    return [*lines, ""]
