"""Read and validate the questions of a folder's lesson in all its languages."""

from typing import Any

from course.content.questions import (
    QuestionValues,
    faults,
    faults_beside,
    faults_of_kinds,
    faults_of_outputs,
    merged,
    untranslated,
)
from course.folders.files import Folder
from course.folders.nodes import Node, Text
from course.models import Question


def read_questions(folder: Folder, lesson: Node) -> list[QuestionValues]:
    """Return the lesson's questions; none after recording mistakes."""
    before = len(folder.problems)
    source = next(iter(lesson.texts.values()))
    for text in lesson.texts.values():
        note(folder, text, faults(list(text.meta["questions"]), is_source=text is source))
    if len(folder.problems) > before:
        return []
    rows = {language: list(text.meta["questions"]) for language, text in lesson.texts.items()}
    for language, text in lesson.texts.items():
        if text is source:
            continue
        note(folder, text, faults_beside(rows[language], rows[source.language]))
        for name in untranslated(rows[language], rows[source.language]):
            line = text.source.line("questions")
            folder.warn(text.source.path, line, f"question '{name}' is not translated")
    return [] if len(folder.problems) > before else merged(source.language, rows)


def note(folder: Folder, text: Text, found: Any) -> None:
    """Record mistakes in the questions of one file."""
    for where, message in found:
        line = text.source.line_of("questions", *where)
        folder.problem(text.source.path, line, f"'questions': {message}")


def check_output_questions(folder: Folder, lesson: Node) -> None:
    """Check that questions about outputs name existing samples and lines."""
    source = next(iter(lesson.texts.values()))
    outputs = {
        sample.name: str(sample.capture["output"]) if sample.capture else None
        for sample in lesson.samples
    }
    note(folder, source, faults_of_outputs(lesson.questions, outputs))


def check_kinds(folder: Folder, lessons: list[Node]) -> None:
    """Check that questions keep their kind, by which answers are judged. One query."""
    rows = Question.objects.filter(lesson__uid__in=[lesson.uid for lesson in lessons])
    stored = {
        (uid, name): kind for uid, name, kind in rows.values_list("lesson__uid", "name", "kind")
    }
    for lesson in lessons:
        source = next(iter(lesson.texts.values()))
        kinds = {name: kind for (uid, name), kind in stored.items() if uid == lesson.uid}
        note(folder, source, faults_of_kinds(lesson.questions, kinds))


def check_exercise(folder: Folder, lesson: Node) -> None:
    """Check that starter and check come together, and belong to an exercise."""
    source = next(iter(lesson.texts.values()))
    meta, path = source.meta, source.source.path
    for one, other in (("starter", "check"), ("check", "starter")):
        if meta[one] and not meta[other]:
            folder.problem(path, source.source.line(one), f"'{one}' needs a '{other}'")
    if meta["starter"] and not meta["exercise"]:
        folder.problem(path, source.source.line("starter"), "'starter' needs an 'exercise'")
    if meta["starter"] and meta["starter"] == meta["check"]:
        folder.problem(path, source.source.line("check"), "'check' is the same file as 'starter'")
    for text in lesson.texts.values():
        if text.meta["hints"] and not text.meta["exercise"]:
            line = text.source.line("hints")
            folder.problem(text.source.path, line, "'hints' need an 'exercise'")
