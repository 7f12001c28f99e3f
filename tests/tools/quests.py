"""A tiny quest of pure Python in a temporary folder, for the tests of the lessons' tools."""

from pathlib import Path
from typing import Any

from tools.lessons.captures import capture_path
from tools.lessons.runner import check, run


class Quest:
    """A quest folder that tests fill with lessons."""

    def __init__(self, root: Path) -> None:
        self.root = root / "quests"
        self.chapter = self.root / "tiny" / "01-start"
        (self.chapter / "samples").mkdir(parents=True)
        self.write("tiny/quest.ko.md", "---\nuid: tiny\nsource: ko\n---\n")
        self.said: list[str] = []
        self.executed: list[str] = []

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def sample(self, name: str, source: str) -> Path:
        return self.write(f"tiny/01-start/samples/{name}", source)

    def lesson(self, name: str, *samples: str, extra: str = "", body: str = "Body.") -> Path:
        """Write a lesson; a sample is `file source` or `!file source` when it should fail."""
        entries = []
        for entry in samples:
            file, source = entry.split(" ", 1)
            entries.append(f"- file: samples/{file.lstrip('!')}\n  title: t\n")
            if file.startswith("!"):
                entries.append("  fails: true\n")
            self.sample(file.lstrip("!"), source)
        listing = "samples:\n" + "".join(entries) if entries else ""
        front_matter = f"---\nuid: {name}\n{listing}{extra}---\n\n{body}\n"
        self.write(f"tiny/01-start/{name}.en.md", front_matter)
        return self.write(f"tiny/01-start/{name}.ko.md", front_matter)

    def exercise(self, name: str, starter: str, check: str, answer: str, *samples: str) -> Path:
        """Write a lesson with an exercise; the answer is the code of its only block."""
        self.sample("a.starter.py", starter)
        self.sample("a.check.py", check)
        return self.lesson(name, *samples, extra=exercise_keys(answer))

    def capture(self, name: str) -> Path:
        return capture_path(self.chapter / "samples" / name)

    def say(self, line: str) -> None:
        """Keep what a command says; which lessons it executed is kept apart."""
        if " samples executed in " in line:
            self.executed.append(Path(line.split(":")[0]).name.split(".")[0])
        else:
            self.said.append(line)

    def clear(self) -> None:
        """Forget what earlier commands said."""
        self.said.clear()
        self.executed.clear()

    def run(self, **options: Any) -> int:
        self.clear()
        return run(self.root, self.say, **options)

    def check(self, **options: Any) -> int:
        self.clear()
        return check(self.root, self.say, **options)


def exercise_keys(answer: str) -> str:
    """The lines of a front matter that describe an exercise."""
    block = "".join(f"  {line}\n" for line in ["```python", *answer.splitlines(), "```"])
    files = "starter: samples/a.starter.py\ncheck: samples/a.check.py\n"
    return f"exercise: Do it.\n{files}answer: |\n  So:\n\n{block}"
