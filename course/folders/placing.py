"""Check placed blocks in a folder's lesson texts, and pass on the renderer's warnings."""

from course.content.parts import Part
from course.folders.files import Folder
from course.folders.nodes import Node, Text


def first_line_of(text: Text, part: Part) -> int:
    """Return the line of the file on which a part's text starts."""
    if part.where == ("body",):
        return text.source.body_line
    return text.source.text_line_of(str(part.where[0]), *part.where[1:])


def line_in(text: Text, part_name: str, line: int | None) -> int:
    """Convert a line of a part to a line of the file."""
    part = next((each for each in text.parts if each.name == part_name), text.parts[0])
    return first_line_of(text, part) - 1 + (line or 1)


def check_placed(folder: Folder, lesson: Node, text: Text) -> None:
    """Record markers that name nothing in the lesson, or are outside its text."""
    known = {("sample", sample.name) for sample in lesson.samples}
    # As written: what is wrong with a question is said already.
    rows = [row for row in lesson.meta["questions"] if isinstance(row, dict)]
    known |= {("question", str(row.get("id"))) for row in rows}
    for part, kind, name, line in text.recipe.get("placed", ()):
        here, marker = (kind, name), f"[[{kind}:{name}]]"
        if part != "body":
            message = f"'{marker}' can stand in the lesson's text only"
        elif here not in known:
            message = f"'{marker}': the lesson has no {kind} '{name}'"
        else:
            continue
        folder.problem(text.source.path, line_in(text, part, line), message)


def note_warnings(folder: Folder, text: Text) -> None:
    """Record the renderer's warnings."""
    for part, line, message in text.recipe.get("warnings", ()):
        folder.warn(text.source.path, line_in(text, part, line), message)
