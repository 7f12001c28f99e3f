"""Revisions of a text, differences between them, and restoring one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from course.authoring.diffing import Block, changed_only, compare
from course.authoring.revising import ChangeNote
from course.authoring.saving import save_lesson
from course.authoring.values import (
    WORDS,
    CodeFile,
    LessonValues,
    LinkValues,
    SampleValues,
    TextFields,
    in_words,
)
from course.content.questions import WORDS as QUESTION_WORDS
from course.content.questions import QuestionValues
from course.content.yamls import dump
from course.models import Lesson, LessonText

LINKS, QUESTIONS = "links", "questions"
BESIDE = {
    LINKS: gettext_lazy("external links"),
    QUESTIONS: gettext_lazy("questions"),
    "starter": gettext_lazy("starter"),
    "check": gettext_lazy("check"),
    "needs": gettext_lazy("read these first"),
}


@dataclass(frozen=True)
class Difference:
    """The change of one field (or sample file)."""

    field: str
    blocks: list[Block]
    label: str

    @property
    def is_code(self) -> bool:
        """Whether the field is a sample file."""
        return "/" in self.field


def field_label(name: str) -> str:
    """Return a text field's label in the active language; a sample file's name unchanged."""
    if name in BESIDE:
        return str(BESIDE[name])
    if name not in WORDS:
        return name
    return str(LessonText._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def revisions(text: LessonText) -> list[Any]:
    """Return the text's revisions with their authors, newest first."""
    return list(
        text.history.select_related("history_user").order_by("-history_date", "-history_id")
    )


def differences(
    before: Any, after: Any, *, context: bool = False, names: Iterable[str] = WORDS
) -> list[Difference]:
    """Return the fields that differ between two texts or revisions; `before` may be None.

    Samples and links are compared where both revisions recorded them.
    """
    old = {name: in_words(getattr(before, name, "")) for name in names}
    new = {name: in_words(getattr(after, name)) for name in names}
    if before is None or getattr(before, "beside", None) is not None:
        old, new = old | extras_source(before), new | extras_source(after)
    return [
        Difference(name, found if context else changed_only(found), field_label(name))
        for name in old | new
        if old.get(name, "") != new.get(name, "")
        for found in [compare(old.get(name, ""), new.get(name, ""))]
    ]


def extras_source(row: Any) -> dict[str, str]:
    """Return samples by file, and links, as texts to compare; empty if none were recorded."""
    noted = getattr(row, "beside", None) or {}
    found = {each["file"]: sample_lines(each) for each in noted.get("samples", ())}
    links = [f"{each['title']} {each['url']}".strip() for each in noted.get("links", ())]
    more = {
        LINKS: "\n".join(links),
        QUESTIONS: "\n".join(dump([each]) for each in noted.get("questions", ())),
        "starter": "\n\n".join(noted.get("starter", ())),
        "check": "\n\n".join(noted.get("check", ())),
        "needs": "\n".join(noted.get("needs", ())),
    }
    return found | {name: text for name, text in more.items() if text}


def sample_lines(noted: dict[str, Any]) -> str:
    """Return a sample as one text: title, then code."""
    more = ["predict"] * noted.get("predict", False) + noted.get("alts", [])
    head = "\n".join([f"{noted['title']} ({noted['language']})", *more])
    return f"{head}\n\n{noted['source']}"


def revision_at(text: LessonText, when: datetime) -> Any:
    """Return the public text at that time, else the first public one; None if never public.

    Revisions that only authors saw are ignored.
    """
    past = text.history.filter(was_public=True).order_by("-history_date", "-history_id")
    return past.filter(history_date__lte=when).first() or past.last()


def source_changes(translation: LessonText, source: LessonText) -> list[Difference]:
    """Return what changed in the source since the revision that the translation follows."""
    followed = translation.source_revision
    if followed is None or followed >= source.revision:
        return []
    past = source.history.filter(revision=followed).order_by("history_id").last()
    if past is None:
        return []
    found = differences(past, source)
    # Code and links are not translated.
    return [each for each in found if each.field in WORDS or each.field == QUESTIONS]


def restore(
    *,
    text: LessonText,
    history_id: int,
    author: Any,
    change_note: ChangeNote,
    with_beside: bool = False,
) -> Lesson:
    """Save an old revision as the newest one; later revisions stay in the history.

    `with_beside` also restores its samples and links, which the languages share. Raises
    LessonText.history.model.DoesNotExist for a revision of another text, and what saving raises.
    """
    old = text.history.get(history_id=history_id)
    lesson = text.lesson
    values = LessonValues.of(lesson)
    values.texts[text.language] = TextFields.of(old)
    if with_beside and old.beside is not None:
        restore_extras(values, old.beside, text.language)
    return save_lesson(
        lesson=lesson, version=lesson.version, values=values, author=author, change_note=change_note
    )


def restore_extras(values: LessonValues, noted: dict[str, Any], language: str) -> None:
    """Return samples and links as recorded in one language; others keep their titles."""
    restore_exercise(values, noted)
    restore_questions(values, noted.get("questions", []), language)
    alts = {each.file: each.figure_alts for each in values.samples}
    titles = {each.file: each.titles for each in values.samples}
    titles |= {each.url: each.titles for each in values.links}

    def titled(key: str, title: str) -> dict[str, str]:
        return titles.get(key, {}) | ({language: title} if title else {})

    values.samples = [
        SampleValues(
            each["file"],
            each["source"],
            titled(each["file"], each["title"]),
            each["language"],
            each["fails"],
            predict=each.get("predict", False),
            figure_alts=alts.get(each["file"], {})
            | ({language: each["alts"]} if each.get("alts") else {}),
        )
        for each in noted["samples"]
    ]
    values.links = [
        LinkValues(each["url"], titled(each["url"], each["title"])) for each in noted["links"]
    ]


def restore_exercise(values: LessonValues, noted: dict[str, Any]) -> None:
    """Restore the recorded starter, check and prerequisites."""
    values.starter = CodeFile(*noted.get("starter", ()))
    values.check = CodeFile(*noted.get("check", ()))
    values.needs = list(noted.get("needs", ()))


def restore_questions(values: LessonValues, rows: list[dict[str, Any]], language: str) -> None:
    """Restore the recorded questions of one language; others keep texts that still fit."""
    now = {each.name: each for each in values.questions}
    values.questions = []
    for row in rows:
        words = {key: row[key] for key in QUESTION_WORDS if key in row}
        shared = {key: row[key] for key in row if key not in (*QUESTION_WORDS, "id", "kind")}
        stored = now.get(row["id"])
        others = stored.texts if stored and fits(stored, row) else {}
        texts = others | ({language: words} if words else {})
        values.questions.append(QuestionValues(row["id"], row["kind"], shared, texts))


def fits(stored: QuestionValues, row: dict[str, Any]) -> bool:
    """Return whether a question has the kind and number of choices of an old row of it."""
    counts = {len(words.get("choices", ())) for words in stored.texts.values()}
    return stored.kind == row["kind"] and counts <= {len(row.get("choices", ()))}
