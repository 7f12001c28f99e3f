"""Small Markdown texts of a lesson: hints of its exercise, and texts of its questions.

Each has a name under which its HTML is stored (LessonText.parts_html): `hint:0`,
`q:shape-of-sum:prompt`, `q:shape-of-sum:choices:0`, `q:shape-of-sum:hint`, `q:shape-of-sum:why`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from course.content.questions import QuestionValues

BIG = ("body", "exercise", "answer")


@dataclass(frozen=True)
class Part:
    """A text with its name and its position in the front matter."""

    name: str
    markdown: str
    where: tuple[int | str, ...]


def small_parts(
    hints: Iterable[str], questions: Iterable[QuestionValues], language: str, *, is_source: bool
) -> Iterator[Part]:
    """Return the small texts of one language, in order."""
    for place, hint in enumerate(hints):
        yield Part(f"hint:{place}", hint, ("hints", place))
    written = [each for each in questions if is_source or language in each.texts]
    for place, question in enumerate(written):
        words = question.texts.get(language, {})
        for name, markdown, where in question_parts(question.kind, words):
            yield Part(f"q:{question.name}:{name}", markdown, ("questions", place, *where))


def question_parts(
    kind: str, words: dict[str, Any]
) -> Iterator[tuple[str, str, tuple[int | str, ...]]]:
    """Yield (name, Markdown, position) of each text; lines of an `order` question are code."""
    for key in ("prompt", "hint", "why"):
        if key in words:
            yield key, words[key], (key,)
    if kind != "order":
        for place, choice in enumerate(words.get("choices", ())):
            yield f"choices:{place}", choice, ("choices", place)


def id_prefix(part: str) -> str:
    """Return a prefix of letters that keeps a part's ids distinct on the page."""
    if part in BIG:
        return "" if part == "body" else f"{part}-"
    number = int.from_bytes(sha256(part.encode()).digest()[:6], "big")
    letters = "".join(chr(ord("a") + number // 26**place % 26) for place in range(9))
    return f"p{letters}-"
