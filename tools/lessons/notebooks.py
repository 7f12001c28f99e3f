"""Run notebooks from the first cell to the last: `python -m tools.lessons.notebooks FOLDER`."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

SECONDS = 180  # for one cell
JOBS = 2


def run(path: Path) -> str:
    """Run a notebook. Returns what failed; empty when every cell ran."""
    document = nbformat.read(path, as_version=4)
    started = time.monotonic()
    try:
        NotebookClient(document, timeout=SECONDS, kernel_name="python3").execute()
    except CellExecutionError as error:
        return f"{path}: {error}"
    print(f"{path}: {len(document.cells)} cells, {time.monotonic() - started:.1f} s", flush=True)
    return ""


def main(folder: str) -> int:
    """Run all notebooks of a folder. Returns 1 when one failed or there is none."""
    paths = sorted(Path(folder).rglob("*.ipynb"))
    with ThreadPoolExecutor(JOBS) as pool:
        problems = [problem for problem in pool.map(run, paths) if problem]
    print("\n".join(problems) if paths else f"no notebook in {folder}")
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
