"""The past of a text: its revisions, what each changed, and the way back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from course.authoring.diffing import Block, changed_only, compare
from course.authoring.revising import Statement
from course.authoring.saving import save_lesson
from course.authoring.values import WORDS, LessonValues, LinkValues, SampleValues, Words
from course.models import Lesson, LessonText

LINKS = "links"


@dataclass(frozen=True)
class Difference:
    """What changed in one field (or sample file)."""

    field: str
    blocks: list[Block]
    label: str

    @property
    def is_code(self) -> bool:
        """Whether it is a sample's file."""
        return "/" in self.field


def field_label(name: str) -> str:
    """A text field's name in the active language; a sample's file as it is."""
    if name == LINKS:
        return _("external links")
    if name not in WORDS:
        return name
    return str(LessonText._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def revisions(text: LessonText) -> list[Any]:
    """The text's past, newest first, with who wrote it."""
    return list(
        text.history.select_related("history_user").order_by("-history_date", "-history_id")
    )


def differences(
    before: Any, after: Any, *, context: bool = False, names: Iterable[str] = WORDS
) -> list[Difference]:
    """The fields that differ between two texts or revisions; `before` may be None.

    Samples and links are compared where both sides have them noted.
    """
    old = {name: getattr(before, name, "") for name in names}
    new = {name: getattr(after, name) for name in names}
    if before is None or getattr(before, "beside", None) is not None:
        old, new = old | beside(before), new | beside(after)
    return [
        Difference(name, found if context else changed_only(found), field_label(name))
        for name in old | new
        if old.get(name, "") != new.get(name, "")
        for found in [compare(old.get(name, ""), new.get(name, ""))]
    ]


def beside(row: Any) -> dict[str, str]:
    """Samples by file, and the links, as texts to compare; nothing for texts without any."""
    noted = getattr(row, "beside", None) or {}
    found = {each["file"]: sample_lines(each) for each in noted.get("samples", ())}
    links = [f"{each['title']} {each['url']}".strip() for each in noted.get("links", ())]
    return found | ({LINKS: "\n".join(links)} if links else {})


def sample_lines(noted: dict[str, Any]) -> str:
    """A sample as one text: its title, then its code."""
    return f"{noted['title']} ({noted['language']})\n\n{noted['source']}"


def revision_at(text: LessonText, when: datetime) -> Any:
    """The text as readers had it at that time, else as they had it first; None if they never had.

    What nobody but authors ever saw is not among it, whatever the time.
    """
    past = text.history.filter(was_public=True).order_by("-history_date", "-history_id")
    return past.filter(history_date__lte=when).first() or past.last()


def source_changes(translation: LessonText, source: LessonText) -> list[Difference]:
    """What changed in the source since the revision that the translation follows."""
    followed = translation.source_revision
    if followed is None or followed >= source.revision:
        return []
    past = source.history.filter(revision=followed).order_by("history_id").last()
    if past is None:
        return []
    found = differences(past, source)
    return [each for each in found if each.field in WORDS]  # code and links are not translated


def restore(
    *,
    text: LessonText,
    history_id: int,
    author: Any,
    statement: Statement,
    with_beside: bool = False,
) -> Lesson:
    """Make an old revision the newest one; the revisions between stay in the history.

    `with_beside`: its samples and links too, which the languages share. Raises
    LessonText.history.model.DoesNotExist for a line of another text, and what saving raises.
    """
    old = text.history.get(history_id=history_id)
    lesson = text.lesson
    values = LessonValues.of(lesson)
    values.texts[text.language] = Words.of(old)
    if with_beside and old.beside is not None:
        put_beside(values, old.beside, text.language)
    return save_lesson(
        lesson=lesson, version=lesson.version, values=values, author=author, statement=statement
    )


def put_beside(values: LessonValues, noted: dict[str, Any], language: str) -> None:
    """Samples and links as noted in one language; other languages keep the titles they have."""
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
        )
        for each in noted["samples"]
    ]
    values.links = [
        LinkValues(each["url"], titled(each["url"], each["title"])) for each in noted["links"]
    ]
