"""Problems of a quest folder."""

from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake or warning: file relative to the folder, and line (from 1; 0: the whole file).

    A warning doesn't stop the import.
    """

    file: str
    line: int
    message: str
    severity: str = ERROR

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        kind = "warning: " if self.severity == WARNING else ""
        return f"{place}: {kind}{self.message}"


class ImportRefused(Exception):
    """The folder has mistakes, nothing was written; `problems` lists all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
