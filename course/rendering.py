"""Turn stored sources into stored HTML and search columns."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from course.models import Lesson, LessonText, QuestText
from markup import (
    RENDERER_VERSION,
    MarkupError,
    Rendered,
    highlight,
    normalise_for_search,
    render_lesson,
)

Resolver = Callable[[str], str | None]


def lesson_url(quest_slug: str, slug: str, language: str) -> str:
    """The path of a lesson page in a language."""
    with override(language):
        return reverse("lesson", args=[quest_slug, slug])


def site_resolver(language: str) -> Resolver:
    """Resolves `lesson:uid` links to lessons that are stored; one query at the first link."""
    known: dict[str, tuple[str, str]] = {}

    def resolve(uid: str) -> str | None:
        if not known:
            known.update(
                (lesson_uid, (quest, slug))
                for lesson_uid, quest, slug in Lesson.objects.values_list(
                    "uid", "quest__slug", "slug"
                )
            )
        return lesson_url(*known[uid], language) if uid in known else None

    return resolve


def render(
    source: str, part: str, language: str, resolve: Resolver, resolve_image: Any = None
) -> Rendered:
    """Render one Markdown text of a lesson; raises MarkupError with every problem.

    `part` is "body", "exercise" or "answer": the ids of parts that share a page differ. Labels
    are in the text's language, problems in the active one: readers see these, authors those.
    """
    render_in = partial(
        render_lesson,
        source,
        resolve_lesson=resolve,
        resolve_image=resolve_image,
        id_prefix="" if part == "body" else f"{part}-",
    )
    try:
        return render_in(language=language)
    except MarkupError:
        render_in()
        raise


def apply_rendering(text: LessonText, resolve: Resolver, resolve_image: Any = None) -> None:
    """Fill a lesson text's HTML, headings and search columns from its sources (no save)."""
    parts = {"body": text.body, "exercise": text.exercise, "answer": text.answer}
    apply_rendered(
        text,
        {
            name: render(part, name, text.language, resolve, resolve_image)
            for name, part in parts.items()
        },
    )


def apply_rendered(text: LessonText, rendered: Mapping[str, Rendered]) -> None:
    """Fill a lesson text's HTML, headings and search columns from rendered parts (no save)."""
    body = rendered["body"]
    text.body_html = body.html
    text.exercise_html, text.answer_html = rendered["exercise"].html, rendered["answer"].html
    text.headings = [vars(heading) for heading in body.headings]
    text.renderer_version = RENDERER_VERSION
    text.search_title = normalise_for_search(text.title)
    text.search_headings = normalise_for_search(" ".join(each.title for each in body.headings))
    text.plain_body = f"{text.summary} {body.text}".strip()
    text.search_body = normalise_for_search(text.plain_body)
    searched = (text.search_title, text.search_headings, text.search_body)
    text.search_stamp = hash_of("\n".join(searched))[:16]
    text.made_of = {}


def render_quest_text(text: QuestText) -> None:
    """Fill a quest text's HTML (no save)."""
    text.body_html = render(text.body, "body", text.language, site_resolver(text.language)).html


def fill_extras(lesson: Lesson, texts: Iterable[LessonText]) -> None:
    """Fill what the page shows beside the text, and what its history keeps of that (no save)."""
    samples = list(lesson.samples.all())
    links = list(lesson.links.all())
    tags = sorted(tag.slug for tag in lesson.tags.all())
    for text in texts:
        text.extras = {
            "samples": [sample_row(sample, text.language) for sample in samples],
            "links": [
                {"url": link.url, "title": in_language(link.titles, text.language) or link.url}
                for link in links
            ],
            "tags": tags,
        }
        text.beside = {
            "samples": [written_sample(sample, text.language) for sample in samples],
            "links": [
                {"url": link.url, "title": link.titles.get(text.language, "")} for link in links
            ],
        }


def written_sample(sample: Any, language: str) -> dict[str, Any]:
    """What an author wrote of a sample, as seen from one language."""
    return {
        "file": sample.file,
        "title": sample.titles.get(language, ""),
        "language": sample.language,
        "fails": sample.fails,
        "source": sample.source,
    }


def sample_row(sample: Any, language: str) -> dict[str, Any]:
    """One code sample as the page shows it."""
    return {
        "title": in_language(sample.titles, language),
        "language": sample.language,
        "html": highlight(sample.source, sample.language),
        "source": sample.source,
        "output": sample.output,
        "outcome": sample.outcome,
        "fails": sample.fails,
        "ran_on": sample.ran_on.isoformat() if sample.ran_on else "",
        "versions": sample.versions,
        "outdated": bool(sample.source_sha256) and sample.source_sha256 != hash_of(sample.source),
    }


def hash_of(source: str) -> str:
    """What a capture remembers of the code that was executed."""
    return sha256(source.encode()).hexdigest()


def in_language(texts: dict[str, str], language: str) -> str:
    """The text in `language`, else in any other, else empty."""
    return texts.get(language) or next(iter(texts.values()), "")
