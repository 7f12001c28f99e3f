"""Read Jupyter notebooks: the text and code for a lesson.

https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

MAX_BYTES = 5_000_000
MAX_CELLS = 400
MAX_DEPTH = 60
MAX_TEXT = 150_000
MAX_OUTPUT = 20_000
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
FIRST_HEADING = re.compile(r"\A#[ \t]+(?P<title>[^\n]+)\n*")


class NotebookRefused(Exception):
    """The file can't be imported as a lesson; the message says why."""


@dataclass
class Cell:
    """A code cell: source and output."""

    source: str
    output: str
    failed: bool


@dataclass
class Notebook:
    """The parts of a notebook that a lesson uses."""

    title: str
    body: str
    cells: list[Cell] = field(default_factory=list)
    language: str = "python"
    python: str = ""


def read_notebook(data: bytes) -> Notebook:
    """Return a notebook's text and code cells. Raises NotebookRefused."""
    document = parse(data)
    cells = document.get("cells")
    if document.get("nbformat") != 4 or not isinstance(cells, list):
        raise NotebookRefused(_("This is not a Jupyter notebook of version 4."))
    if len(cells) > MAX_CELLS:
        raise NotebookRefused(_("The notebook has too many cells: at most 400."))
    notebook = Notebook("", "")
    texts: list[str] = []
    for cell in cells:
        read_cell(cell, notebook, texts)
    info = document.get("metadata") if isinstance(document.get("metadata"), dict) else {}
    read_language(info, notebook)
    body = "\n\n".join(text for text in texts if text)
    heading = FIRST_HEADING.match(body)
    if heading:
        notebook.title, body = heading["title"].strip()[:120], body[heading.end() :]
    notebook.body = deepen(body.strip("\n"))
    if len(notebook.body) > MAX_TEXT:
        raise NotebookRefused(_("The notebook's text is too long for one lesson."))
    return notebook


def parse(data: bytes) -> dict[str, Any]:
    """Parse the JSON object. Refuses large, deep, compressed or invalid input."""
    if data.startswith((b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        raise NotebookRefused(
            _("This is a compressed file. Please extract it and upload the .ipynb file.")
        )
    if len(data) > MAX_BYTES:
        raise NotebookRefused(_("The notebook is larger than 5 MB. Clearing large outputs helps."))
    try:
        text = data.decode("utf-8")
        if depth_of(text) > MAX_DEPTH:
            raise NotebookRefused(_("This is not a Jupyter notebook: it is nested too deeply."))
        document = json.loads(text)
        json.dumps(document, ensure_ascii=False).encode()  # halves of characters end here
    except (UnicodeError, ValueError, RecursionError):
        raise NotebookRefused(_("This is not a Jupyter notebook: it is not JSON.")) from None
    if not isinstance(document, dict):
        raise NotebookRefused(_("This is not a Jupyter notebook of version 4."))
    try:
        # Notebooks of older versions are brought to version 4.
        document.setdefault("nbformat_minor", 0)
        import nbformat  # slow, and few processes read a notebook

        return dict(nbformat.convert(nbformat.from_dict(document), 4))
    except Exception:
        # The library raises whatever its conversions meet in a file that is no notebook.
        raise NotebookRefused(_("This is not a Jupyter notebook of version 4.")) from None


def depth_of(text: str) -> int:
    """Return an upper bound of the nesting of brackets, ignoring strings."""
    depth = deepest = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text, re.DOTALL):
        mark = match[0]
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def read_cell(cell: Any, notebook: Notebook, texts: list[str]) -> None:
    """Add one cell to the notebook's texts or code."""
    if not isinstance(cell, dict):
        raise NotebookRefused(_("This is not a Jupyter notebook of version 4."))
    source = joined(cell.get("source")).strip("\n")
    if cell.get("cell_type") == "markdown":
        texts.append(source)
    elif cell.get("cell_type") == "code" and not only_commands(source):
        output, failed = read_outputs(cell.get("outputs"))
        notebook.cells.append(Cell(f"{source}\n", output, failed))


def only_commands(source: str) -> bool:
    """Return whether a cell has only Jupyter commands such as `%pip install`."""
    return all(line.lstrip().startswith(("%", "!", "#")) for line in source.splitlines() if line)


def joined(value: Any) -> str:
    """Return a multi-line string of nbformat: a text, or a list of lines."""
    parts = value if isinstance(value, list) else [value]
    text = "".join(part for part in parts if isinstance(part, str))
    return text.replace("\r\n", "\n").replace("\0", "")


def read_outputs(outputs: Any) -> tuple[str, bool]:
    """Return the printed text and whether the cell raised; pictures and HTML are ignored."""
    found: list[str] = []
    failed = False
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream" and output.get("name") != "stderr":
            found.append(joined(output.get("text")))
        elif kind in ("execute_result", "display_data") and isinstance(output.get("data"), dict):
            found.append(joined(output["data"].get("text/plain")))
        elif kind == "error":
            failed = True
            found.append(f"{joined(output.get('ename'))}: {joined(output.get('evalue'))}")
    lines = "\n".join(part.rstrip("\n") for part in found if part)
    text = ANSI.sub("", lines)[:MAX_OUTPUT]
    return (f"{text}\n" if text else ""), failed


def read_language(metadata: Any, notebook: Notebook) -> None:
    """Return the code's language, and the Python version if the notebook names one."""
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    if isinstance(info, dict):
        name, version = info.get("name"), info.get("version")
        if isinstance(name, str) and re.fullmatch(r"[a-z0-9+#-]{1,20}", name):
            notebook.language = name
        if isinstance(version, str) and re.fullmatch(r"[\w.+-]{1,20}", version):
            notebook.python = version


def deepen(body: str) -> str:
    """Move headings to the second level and below; code fences are unchanged."""
    lines, fenced = [], False
    for line in body.split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        lines.append(f"#{line}" if not fenced and re.match(r"#{1,5}[ \t]", line) else line)
    shallow = any(re.match(r"#[ \t]", line) for line in body.split("\n"))
    return "\n".join(lines) if shallow else body


def today() -> Any:
    """Return today's date, used for outputs of unknown date."""
    return datetime.now(UTC).date()
