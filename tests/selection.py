"""Which parts of the suite a selection has tests for."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALL = {"SQLite", "Postgres", "Browsers"}


class Listing:
    """A plugin of pytest that writes the parts of what was collected into a file."""

    def __init__(self, file: str) -> None:
        self.file = Path(file)

    def pytest_collection_finish(self, session) -> None:
        """All options of pytest have been heard: what is left is what would run."""
        from tests.conftest import halves_of

        parts: set[str] = set()
        for item in session.items:
            parts |= {"Browsers"} if item.get_closest_marker("browser") else halves_of(item)
        self.file.write_text(json.dumps(sorted(parts)))


def parts_of(arguments: list[str]) -> set[str]:
    """The parts with tests for these arguments of pytest; all when pytest can't list them.

    Then the parts themselves say what is wrong.
    """
    if not arguments:
        return ALL
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, "-m", "tests.selection", file.name, *arguments]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        listed = Path(file.name).read_text()
    return set(json.loads(listed)) or ALL if listed else ALL


def main(file: str, arguments: list[str]) -> int:
    """List what pytest collects, in a process of its own."""
    import pytest

    return pytest.main(["--collect-only", "-q", *arguments], plugins=[Listing(file)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
