"""What is wrong with a quest folder."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: the file relative to the folder, the line (1-based, 0 = the whole file)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class ImportRefused(Exception):
    """The folder has mistakes, nothing was written; `problems` lists all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
