"""Check the texts' references to outputs and figures against the stored captures.

Executes nothing, so that a changed text is checked even if its code is unchanged.
"""

import re
from collections.abc import Iterator
from typing import Any

from .captures import capture_path, read_capture
from .frontmatter import FrontMatter, load
from .lessons import Lesson

OUT = re.compile(r"\[\[out:(?P<sample>[^\]:]+):(?P<line>\d+)(?::(?P<number>\d+))?\]\]")
ANY_OUT = re.compile(r"\[\[out:[^\]]*\]\]")
# As the site counts them (course.content.resolvers): the 32 of `float32` is one, too.
NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
LINES = re.compile(r"(\d+)(?:-(\d+))?")

Outputs = dict[str, list[str]]


def reference_problems(lesson: Lesson) -> Iterator[str]:
    """Return `FILE:LINE: reason` for each reference to a missing line, number or figure.

    Raises LessonError or CaptureError when a file can't be parsed.
    """
    outputs = _outputs(lesson)
    for path in lesson.languages():
        front = load(path)
        yield from _figure_problems(lesson, front)
        yield from _out_problems(front, outputs)
    yield from _question_problems(load(lesson.path), outputs)


def _outputs(lesson: Lesson) -> Outputs:
    captures = {sample.id: read_capture(capture_path(sample.path)) for sample in lesson.samples}
    return {name: each.output.splitlines() for name, each in captures.items() if each}


def _figure_problems(lesson: Lesson, front: FrontMatter) -> Iterator[str]:
    for place, sample in enumerate(lesson.samples):
        capture = read_capture(capture_path(sample.path))
        if capture is None:
            continue
        described, drawn = len(_described(front, place)), len(capture.figures)
        if described != drawn:
            where = front.place("samples", place, "figures")
            yield f"{where}: {sample.id} has {drawn} figures, but {described} are described"


def _described(front: FrontMatter, place: int) -> list[Any]:
    entries = front.data.get("samples") or []
    entry = entries[place] if place < len(entries) else None
    figures = entry.get("figures") if isinstance(entry, dict) else None
    return figures if isinstance(figures, list) else []


def _out_problems(front: FrontMatter, outputs: Outputs) -> Iterator[str]:
    text = front.path.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        for marker in ANY_OUT.findall(line):
            reason = _out_problem(marker, outputs)
            if reason:
                yield f"{front.path}:{number}: {marker}: {reason}"


def _out_problem(marker: str, outputs: Outputs) -> str | None:
    match = OUT.fullmatch(marker)
    if not match:
        return "must be [[out:SAMPLE:LINE]] or [[out:SAMPLE:LINE:NUMBER]]"
    if match["sample"] not in outputs:
        return f"there is no captured sample '{match['sample']}'"
    lines, line = outputs[match["sample"]], int(match["line"])
    if not 0 < line <= len(lines):
        return f"the output has {len(lines)} lines"
    numbers = NUMBER.findall(lines[line - 1])
    if match["number"] and not 0 < int(match["number"]) <= len(numbers):
        return f"the line `{lines[line - 1]}` has {len(numbers)} numbers"
    return None


def _question_problems(front: FrontMatter, outputs: Outputs) -> Iterator[str]:
    questions = front.data.get("questions")
    for place, question in enumerate(questions if isinstance(questions, list) else []):
        if isinstance(question, dict) and question.get("kind") == "output":
            reason = _question_problem(question, outputs)
            if reason:
                yield f"{front.place('questions', place)}: question {question.get('id')}: {reason}"


def _question_problem(question: dict[str, Any], outputs: Outputs) -> str | None:
    sample = str(question.get("sample"))
    if sample not in outputs:
        return f"there is no captured sample '{sample}'"
    if not outputs[sample]:
        return f"the sample '{sample}' prints nothing"
    if "lines" not in question:
        return None
    return _lines_problem(str(question["lines"]), len(outputs[sample]))


def _lines_problem(lines: str, count: int) -> str | None:
    match = LINES.fullmatch(lines)
    if not match:
        return f"`lines` must be like 2 or 1-2, not {lines}"
    first, last = int(match[1]), int(match[2] or match[1])
    if not 0 < first <= last <= count:
        return f"`lines` is {lines}, but the output has {count} lines"
    return None
