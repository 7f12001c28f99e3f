"""YAML fields of the lesson form: questions and hints of each language."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml
from django import forms
from django.utils.translation import gettext as _

from course.content.questions import (
    Fault,
    QuestionValues,
    faults,
    faults_beside,
    faults_of_kinds,
    faults_of_outputs,
    merged,
    rows_of,
)
from course.content.yamls import dump, load
from course.folders.files import child
from course.folders.schema import text_list

check_hints = text_list(12, 5_000)


class YamlList(forms.CharField):
    """A list written as YAML; empty means no items."""

    def __init__(self, *, name: str, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            strip=False,
            max_length=100_000,
            widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "data-markdown": name}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """Return the submitted text, or the stored list as YAML."""
        if isinstance(value, str):
            return value
        return dump(value) if value else ""

    def clean(self, value: Any) -> list[Any]:
        """Return the list. Raises ValidationError with the line of a mistake."""
        return parse(super().clean(value))


class YamlRefused(forms.ValidationError):
    """No YAML, and the line on which that shows."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse(text: str) -> list[Any]:
    """Parse a YAML list. Raises ValidationError."""
    try:
        value, _node = load(text.replace("\r\n", "\n"))
    except RecursionError:
        raise forms.ValidationError(_("This is nested too deeply.")) from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = {"line": line, "what": getattr(error, "problem", error)}
        raise YamlRefused(_("Line %(line)d: %(what)s") % what, line) from None
    if value is not None and not isinstance(value, list):
        raise forms.ValidationError(_("Please write a list: each entry begins with a dash."))
    return value or []


def clean_hints(value: list[Any]) -> list[str]:
    """Return the hints of an exercise. Raises ValidationError."""
    if value and (wrong := check_hints(value)):
        raise forms.ValidationError(f"hints: {wrong}")
    return value


def line_of(text: str, where: Sequence[int | str]) -> int | None:
    """Return the line of a value in a YAML list, or of the closest thing around it."""
    _value, node = load(text.replace("\r\n", "\n"))
    line = None
    for step in where:
        node = child(node, step)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def problem_of(rows: list[Any], fault: Fault) -> str:
    """Return a problem prefixed with its question."""
    where, message = fault
    row = rows[where[0]] if where and isinstance(where[0], int) and where[0] < len(rows) else None
    name = row.get("id") if isinstance(row, dict) else None
    number = where[0] + 1 if where and isinstance(where[0], int) else ""
    return f"{name or number}: {message}" if where else message


def question_problems(
    rows: Mapping[str, list[Any]],
    source: str,
    outputs: Mapping[str, str | None],
    kinds: Mapping[str, str],
) -> Iterable[tuple[str, str]]:
    """Yield (language, message) for every problem of a form's questions."""
    found = [
        (language, problem_of(each, fault))
        for language, each in rows.items()
        for fault in faults(each, is_source=language == source)
    ]
    if found:
        return found
    for language, each in rows.items():
        if language != source:
            beside = faults_beside(each, rows[source])
            found += [(language, problem_of(each, fault)) for fault in beside]
    if found:
        return found
    questions = merged(source, rows)
    there = [*faults_of_outputs(questions, outputs), *faults_of_kinds(questions, kinds)]
    return [(source, problem_of(rows[source], fault)) for fault in there]


def rows_in(questions: list[QuestionValues], language: str, source: str) -> list[dict[str, Any]]:
    """Return the questions for a language's field; the source's include what is shared."""
    return rows_of(questions, language, is_source=language == source)
