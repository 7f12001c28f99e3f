"""Questions as plain values, and their validation.

A question has a name, a kind, fields that the languages share (`SHARED`), and in each language the
texts of `WORDS`, exactly as in the files.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from course.content.judging import number_in, text_key

NAME = re.compile(r"[a-z0-9-]{2,40}")
LETTERS = "abcdefgh"
MOST = 40
MAX_WORDS, MAX_ANSWER = 5_000, 200
LINES = re.compile(r"[1-9]\d{0,3}(?:-[1-9]\d{0,3})?")
# Kind -> how many choices it has.
CHOICES = {"choice": (2, 8), "multiple": (2, 8), "order": (2, 10)}
KINDS = ("choice", "multiple", "number", "text", "order", "output")
WITH_ANSWER = ("choice", "multiple", "number", "text")
SHARED = ("answer", "tolerance", "sample", "lines")
WORDS = ("prompt", "choices", "accept", "hint", "why")
# Which of the keys belong to one kind only.
ONLY = {
    "tolerance": ("number",),
    "sample": ("output",),
    "lines": ("output",),
    "accept": ("text",),
    "choices": tuple(CHOICES),
    "answer": WITH_ANSWER,
}
ORDER = ("id", "kind", "prompt", "choices", *SHARED, "accept", "hint", "why")

# Where a fault is (row, then key, then place in a list), and what it is.
Fault = tuple[tuple[int | str, ...], str]


@dataclass
class QuestionValues:
    """A question; `texts` by language, each with some of WORDS."""

    name: str
    kind: str
    shared: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def row(self, language: str, *, is_source: bool) -> dict[str, Any]:
        """Return the question as in the file of a language."""
        words = self.texts.get(language, {})
        shared = {"kind": self.kind, **self.shared} if is_source else {}
        values = {"id": self.name, **shared, **words}
        return {key: values[key] for key in ORDER if key in values}


def rows_of(
    questions: Iterable[QuestionValues], language: str, *, is_source: bool
) -> list[dict[str, Any]]:
    """Return `questions` of a file; a translation has only the translated ones."""
    return [
        each.row(language, is_source=is_source)
        for each in questions
        if is_source or language in each.texts
    ]


def merged(source_language: str, rows: Mapping[str, list[dict[str, Any]]]) -> list[QuestionValues]:
    """Combine the rows of a lesson's valid files to questions."""
    words = {
        (language, row["id"]): {key: row[key] for key in WORDS if key in row}
        for language, found in rows.items()
        for row in found
    }
    return [
        QuestionValues(
            row["id"],
            row["kind"],
            {key: row[key] for key in SHARED if key in row},
            {each: words[each, row["id"]] for each in rows if (each, row["id"]) in words},
        )
        for row in rows[source_language]
    ]


def faults(rows: Any, *, is_source: bool) -> Iterator[Fault]:
    """Return what is wrong with the `questions` of one file on its own."""
    if not isinstance(rows, list) or len(rows) > MOST:
        yield (), f"must be a list of at most {MOST} questions"
        return
    seen: set[str] = set()
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            yield (place,), "must be 'id', 'prompt' and so on"
            continue
        name = row.get("id")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            yield (place, "id"), "'id' must be 2 to 40 lower-case letters, digits and hyphens"
        elif name in seen:
            yield (place, "id"), f"the id '{name}' is used twice"
        else:
            seen.add(name)
        found = source_faults(row) if is_source else translation_faults(row)
        yield from (((place, *where), what) for where, what in found)


def source_faults(row: dict[str, Any]) -> Iterator[Fault]:
    """Return what is wrong with a question in the source language's file."""
    yield from unknown_keys(row, ORDER)
    kind = row.get("kind")
    if kind not in KINDS:
        yield ("kind",), f"'kind' must be one of {', '.join(KINDS)}"
        return
    for key, kinds in ONLY.items():
        if key in row and kind not in kinds:
            yield (key,), f"'{key}' does not belong to a question of the kind '{kind}'"
    yield from words_faults(row)
    if kind in CHOICES and isinstance(row.get("choices", []), list):
        low, high = CHOICES[kind]
        if not low <= len(as_list(row.get("choices"))) <= high:
            yield ("choices",), f"'choices' must be a list of {low} to {high}"
    yield from answer_faults(row, str(kind))


def translation_faults(row: dict[str, Any]) -> Iterator[Fault]:
    """Return what is wrong with a question in a translation."""
    for key in ("kind", *SHARED):
        if key in row:
            yield (key,), f"'{key}' belongs into the file of the source language only"
    yield from unknown_keys(row, ORDER)
    yield from words_faults(row)


def unknown_keys(row: dict[str, Any], known: Iterable[str]) -> Iterator[Fault]:
    """Return unknown keys of a question."""
    yield from (((str(key),), f"unknown key '{key}'") for key in row if key not in known)


def words_faults(row: dict[str, Any]) -> Iterator[Fault]:
    """Return what is wrong with the texts of one language."""
    for key in ("prompt", "why"):
        if not is_text(row.get(key)):
            yield (key,), f"'{key}' must be text of at most {MAX_WORDS} characters"
    if "hint" in row and not is_text(row["hint"]):
        yield ("hint",), f"'hint' must be text of at most {MAX_WORDS} characters"
    for key, most in (("choices", MAX_WORDS), ("accept", MAX_ANSWER)):
        if key not in row:
            continue
        if not isinstance(row[key], list) or not row[key]:
            yield (key,), f"'{key}' must be a list"
            continue
        for place, each in enumerate(row[key]):
            if not is_text(each, most):
                what = "must be text: put it in quotes" if is_scalar(each) else "must be text"
                yield (key, place), f"'{key}' {what}"


def answer_faults(row: dict[str, Any], kind: str) -> Iterator[Fault]:
    """Return what is wrong with the shared fields."""
    answer = row.get("answer")
    if kind in WITH_ANSWER and answer is None:
        yield ("answer",), "missing key 'answer'"
    elif kind == "choice":
        yield from letter_faults([answer], len(as_list(row.get("choices"))))
    elif kind == "multiple":
        if not isinstance(answer, list) or not answer:
            yield ("answer",), "'answer' must be a list of letters like [a, c]"
        else:
            yield from letter_faults(answer, len(as_list(row.get("choices"))))
    elif kind == "number":
        yield from number_faults(row)
    elif kind == "text" and not (is_text(answer, MAX_ANSWER) and text_key(str(answer))):
        quotes = ": put it in quotes" if is_scalar(answer) else ""
        yield ("answer",), f"'answer' must be text of at most {MAX_ANSWER} characters{quotes}"
    elif kind == "output":
        yield from output_faults(row)


def letter_faults(letters: list[Any], count: int) -> Iterator[Fault]:
    """Return letters beyond the choices, or repeated ones."""
    known = LETTERS[:count]
    for each in letters:
        if not isinstance(each, str) or len(each) != 1 or each not in known:
            yield ("answer",), f"'answer' has '{each}', but the choices are {', '.join(known)}"
    if len({str(each) for each in letters}) < len(letters):
        yield ("answer",), "'answer' has a letter twice"


def number_faults(row: dict[str, Any]) -> Iterator[Fault]:
    """Return an answer or tolerance that is not a number."""
    if number_of(row["answer"]) is None:
        yield ("answer",), "'answer' must be a number"
    tolerance = number_of(row.get("tolerance", 0))
    if tolerance is None or tolerance < 0:
        yield ("tolerance",), "'tolerance' must be a number, not below 0"


def output_faults(row: dict[str, Any]) -> Iterator[Fault]:
    """Return an invalid sample name or line range."""
    if not isinstance(row.get("sample"), str) or not row["sample"]:
        yield ("sample",), "'sample' must be the name of a sample of this lesson"
    lines = row.get("lines", "1")
    if isinstance(lines, bool) or not LINES.fullmatch(str(lines)) or not span(lines):
        yield ("lines",), "'lines' must be like 2 or 1-2"


def span(lines: Any) -> tuple[int, int] | None:
    """Return the first and last line in `lines`; None if out of order."""
    first, _dash, last = str(lines).partition("-")
    found = int(first), int(last or first)
    return found if found[0] <= found[1] else None


def faults_beside(rows: list[dict[str, Any]], source: list[dict[str, Any]]) -> Iterator[Fault]:
    """Return where a translation's valid questions don't match the source's."""
    known = {row["id"]: row for row in source}
    for place, row in enumerate(rows):
        if row["id"] not in known:
            yield (place, "id"), f"the source language has no question '{row['id']}'"
            continue
        there = known[row["id"]]
        kind, count = there["kind"], len(there.get("choices", ()))
        for key in ("choices", "accept"):
            if key in row and kind not in ONLY[key]:
                yield (place, key), f"'{key}' does not belong to a question of the kind '{kind}'"
        if kind in CHOICES and len(row.get("choices", ())) != count:
            yield (place, "choices"), f"must have {count} choices, as the source language has"


def faults_of_outputs(
    questions: Iterable[QuestionValues], outputs: Mapping[str, str | None]
) -> Iterator[Fault]:
    """Return questions about unknown samples, or lines they don't print.

    `outputs` of the lesson's samples by name; None where nothing was captured yet.
    """
    for place, question in enumerate(questions):
        if question.kind != "output":
            continue
        name, lines = question.shared["sample"], question.shared.get("lines")
        if name not in outputs:
            yield (place, "sample"), f"unknown sample '{name}'"
            continue
        output = outputs[name]
        printed = len((output or "").splitlines())
        if output is not None and (span(lines or "1") or (0, 0))[1] > printed:
            key = "lines" if lines else "sample"
            yield (place, key), f"sample '{name}' printed {printed} lines"


def faults_of_kinds(
    questions: Iterable[QuestionValues], stored: Mapping[str, str]
) -> Iterator[Fault]:
    """Return questions whose kind differs from that stored under their name."""
    for place, question in enumerate(questions):
        kind = stored.get(question.name, question.kind)
        if kind != question.kind:
            yield (place, "kind"), f"was a '{kind}'; another kind of question needs a new id"


def untranslated(rows: list[dict[str, Any]], source: list[dict[str, Any]]) -> list[str]:
    """Return the ids that a translation lacks."""
    there = {row["id"] for row in rows}
    return [row["id"] for row in source if row["id"] not in there]


def as_list(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def is_text(value: Any, most: int = MAX_WORDS) -> bool:
    """Return whether the value is a non-empty text of allowed length."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= most


def is_scalar(value: Any) -> bool:
    """Return whether YAML parsed a word as another type: yes, 1.0, 2026-01-01."""
    return value is not None and not isinstance(value, (str, list, dict))


def number_of(value: Any) -> float | None:
    """Return the number in a YAML value or an author's text."""
    return None if isinstance(value, bool) else number_in(str(value))
