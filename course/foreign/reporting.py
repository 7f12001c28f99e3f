"""What became of a foreign course: what was changed, and what could not be taken."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

CHANGED, LOST, WARNED = "changed", "lost", "warned"
SHOWN = 3  # places of a kind that are named unless all are asked for


@dataclass(frozen=True, order=True)
class Finding:
    """One place of a kind; `line` is 0 for the whole file."""

    kind: str
    file: str
    line: int
    detail: str
    unit: str = "line"

    def __str__(self) -> str:
        where = f"{self.file}, cell {self.line}" if self.unit == "cell" else self.place
        return f"{where}: {self.detail}" if self.detail else where

    @property
    def place(self) -> str:
        """The file, and the line as editors read it."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass
class Report:
    """Everything that was found, by what became of it."""

    findings: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    unit: str = "line"

    def changed(self, kind: str, file: str, line: int, detail: str = "") -> None:
        """Note what was taken in another way."""
        self._note(CHANGED, kind, file, line, detail)

    def lost(self, kind: str, file: str, line: int, detail: str = "") -> None:
        """Note what could not be taken."""
        self._note(LOST, kind, file, line, detail)

    def warned(self, kind: str, file: str, line: int, detail: str = "") -> None:
        """Note what is taken and perhaps not shown as it was meant."""
        self._note(WARNED, kind, file, line, detail)

    def _note(self, what: str, kind: str, file: str, line: int, detail: str) -> None:
        short = " ".join(detail.split())[:100]
        finding = Finding(kind, file, line, short, self.unit)
        self.findings[what].append(finding)

    def counts(self, what: str) -> dict[str, int]:
        """Return how many places each kind has, the most first."""
        kinds = [each.kind for each in self.findings[what]]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds), key=kinds.count)[::-1]}

    def text(self, *, everything: bool = False) -> Iterator[str]:
        """Yield the report's lines."""
        titles = {
            CHANGED: "Taken in another way",
            LOST: "Could not be taken",
            WARNED: "Perhaps not shown as it was meant",
        }
        for what, title in titles.items():
            total = len(self.findings[what])
            yield f"{title}: {total} places" if total else f"{title}: nothing"
            for kind, count in self.counts(what).items():
                yield f"  {count:5} × {kind}"
                places = [each for each in self.findings[what] if each.kind == kind]
                shown = places if everything else places[:SHOWN]
                yield from (f"            {each}" for each in shown)
                if len(shown) < count:
                    yield f"            … and {count - len(shown)} more (-v 2 names all)"
