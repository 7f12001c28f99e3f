"""Parts of a lesson's page beside its text, stored in LessonText.extras."""

from collections.abc import Iterable, Mapping
from typing import Any

from course.content.answers import questions_of, token_rows
from course.content.images.storing import shown
from course.content.placing import placed_in
from course.content.questions import LETTERS, QuestionValues, rows_of
from course.content.rendering import hash_of
from course.content.resolvers import lesson_url, sample_name
from course.models import Image, Lesson, LessonText
from course.models.languages import in_language
from markup import highlight


def fill_extras(lesson: Lesson, texts: Iterable[LessonText]) -> None:
    """Set the stored page parts and their recorded sources, without saving.

    The texts must be rendered already, because the HTML of questions and hints is used.
    """
    rows = list(texts)
    samples = list(lesson.samples.all())
    links = list(lesson.links.all())
    tags = sorted(tag.slug for tag in lesson.tags.all())
    questions = questions_of(lesson)
    images = images_of(samples)
    needed = needed_lessons(lesson)
    source = lesson.quest.source_language
    for text in rows:
        placed = placed_in(text.body_html)
        text.extras = {
            "samples": [sample_row(sample, text.language, images, placed) for sample in samples],
            "questions": [question_row(each, text, rows, placed, source) for each in questions],
            "hints": hint_rows(text),
            "starter": starter_row(lesson),
            "needs": need_rows(lesson, needed, text.language),
            "links": [
                {"url": link.url, "title": in_language(link.titles, text.language, link.url)}
                for link in links
            ],
            "tags": tags,
        }
        text.beside = beside(lesson, text.language, samples, links, questions)


def beside(
    lesson: Lesson,
    language: str,
    samples: Iterable[Any],
    links: Iterable[Any],
    questions: list[QuestionValues],
) -> dict[str, Any]:
    """Return the non-empty sources of what a page shows beside the text, in its language."""
    noted = {
        "samples": [written_sample(sample, language) for sample in samples],
        "links": [{"url": link.url, "title": link.titles.get(language, "")} for link in links],
    }
    more = {
        "questions": rows_of(questions, language, is_source=True),
        "starter": [lesson.starter_file, lesson.starter] if lesson.starter_file else [],
        "check": [lesson.check_file, lesson.check_code] if lesson.check_file else [],
        "needs": lesson.needs,
    }
    return noted | {key: value for key, value in more.items() if value}


def written_sample(sample: Any, language: str) -> dict[str, Any]:
    """Return a sample's source values in one language."""
    written = {
        "file": sample.file,
        "title": sample.titles.get(language, ""),
        "language": sample.language,
        "fails": sample.fails,
        "source": sample.source,
    }
    more = {"predict": sample.predict, "alts": sample.figure_alts.get(language)}
    return written | {key: value for key, value in more.items() if value}


def sample_row(
    sample: Any, language: str, images: Mapping[str, Image], placed: set[tuple[str, str]]
) -> dict[str, Any]:
    """Return one code sample as shown on the page."""
    name = sample_name(sample.file)
    return {
        "id": name,
        "title": in_language(sample.titles, language, ""),
        "language": sample.language,
        "html": highlight(sample.source, sample.language),
        "source": sample.source,
        "output": sample.output,
        "outcome": sample.outcome,
        "fails": sample.fails,
        "predict": sample.predict,
        "figures": figure_rows(sample, language, images),
        "placed": ("sample", name) in placed,
        "ran_on": sample.ran_on.isoformat() if sample.ran_on else "",
        "versions": sample.versions or ({"Python": sample.python} if sample.python else {}),
        "outdated": bool(sample.source_sha256) and sample.source_sha256 != hash_of(sample.source),
    }


def images_of(samples: Iterable[Any]) -> dict[str, Image]:
    """Return the samples' figures by hash; one query if there are any."""
    hashes = {figure["image"] for sample in samples for figure in sample.figures}
    found = Image.objects.filter(sha256__in=hashes) if hashes else ()
    return {image.sha256: image for image in found}


def figure_rows(sample: Any, language: str, images: Mapping[str, Image]) -> list[dict[str, Any]]:
    """Return the sample's figures as shown on the page."""
    alts: list[str] = in_language(sample.figure_alts, language, [])
    return [
        {**vars(shown(images[figure["image"]])), "alt": alts[place] if place < len(alts) else ""}
        for place, figure in enumerate(sample.figures)
        if figure["image"] in images
    ]


def question_row(
    question: QuestionValues,
    text: LessonText,
    texts: list[LessonText],
    placed: set[tuple[str, str]],
    source: str,
) -> dict[str, Any]:
    """Return one question as shown on the page, in the text's language or else another."""
    by_language = {row.language: row for row in texts}
    words = question.texts
    language = text.language if text.language in words else next(iter(words), text.language)
    html = by_language[language].parts_html if language in by_language else {}
    return {
        "id": question.name,
        "kind": question.kind,
        "language": language,
        **{key: html.get(f"q:{question.name}:{key}", "") for key in ("prompt", "hint", "why")},
        "choices": choice_rows(question, language, html, source),
        "placed": ("question", question.name) in placed,
    }


def choice_rows(
    question: QuestionValues, language: str, html: Mapping[str, str], source: str
) -> list[dict[str, str]]:
    """Return the choices with their form values; lines to be ordered are shuffled."""
    if question.kind == "order":
        return token_rows(question, language, source)
    count = len(question.texts.get(language, {}).get("choices", ()))
    return [
        {"value": LETTERS[place], "html": html.get(f"q:{question.name}:choices:{place}", "")}
        for place in range(count)
    ]


def hint_rows(text: LessonText) -> list[str]:
    """Return the HTML of the exercise's hints."""
    return [text.parts_html.get(f"hint:{place}", "") for place in range(len(text.hints))]


def starter_row(lesson: Lesson) -> dict[str, str] | None:
    """Return the exercise's starter code as shown on the page."""
    if not lesson.starter:
        return None
    language = "python"
    html = highlight(lesson.starter, language)
    return {"source": lesson.starter, "language": language, "html": html}


def needed_lessons(lesson: Lesson) -> dict[str, Lesson]:
    """Return the stored prerequisites by uid; two queries if there are any."""
    rows = Lesson.objects.filter(uid__in=lesson.needs) if lesson.needs else Lesson.objects.none()
    return {row.uid: row for row in rows.select_related("quest").prefetch_related("texts")}


def need_rows(lesson: Lesson, needed: Mapping[str, Lesson], language: str) -> list[dict[str, str]]:
    """Return prerequisites with current titles; the page updates those of its own quest."""
    rows = []
    for uid in lesson.needs:
        row = needed.get(uid)
        titles = {text.language: text.title for text in row.texts.all()} if row else {}
        url = lesson_url(row.quest.slug, row.slug, language) if row and row.is_public else ""
        rows.append({"uid": uid, "title": in_language(titles, language, ""), "url": url})
    return rows
