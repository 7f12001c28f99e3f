"""Store what a lesson of a folder has beside its texts: tags, links, samples, pictures."""

from typing import Any, NamedTuple

from course.content.answers import questions_of, store_questions
from course.content.images.storing import store_image
from course.content.questions import QuestionValues
from course.folders.nodes import Node, Sample
from course.models import CodeSample, ExternalLink, Lesson, Tag

# What a run of the samples writes: readers are not told of a change when it alone is new.
CAPTURED = {"output", "outcome", "ran_on", "python", "versions", "source_sha256", "figures"}


class Written(NamedTuple):
    """Whether anything changed, and whether anything that an author wrote changed."""

    anything: bool
    words: bool
    reworded: frozenset[str] = frozenset()  # languages in which questions have other words


def store_tags(lesson: Lesson, slugs: list[str]) -> bool:
    """Store the lesson's tags. Returns whether they changed."""
    if {tag.slug for tag in lesson.tags.all()} == set(slugs):
        return False
    lesson.tags.set([Tag.objects.get_or_create(slug=slug)[0] for slug in slugs])
    return True


def store_extras(lesson: Lesson, node: Node, *, anew: bool = False) -> Written:
    """Store links, questions, and samples with their outputs.

    `anew`: questions with other words are new to learners.
    """
    old, questions = questions_of(lesson), node.questions
    if old != questions:
        store_questions(lesson, questions, anew=anew)
    rows = store_rows(lesson, node)
    reworded = frozenset(
        language
        for language in node.texts
        if words_in(old, language) != words_in(questions, language)
    )
    new = old != questions
    return Written(rows.anything or new, rows.words or new, reworded)


def words_in(questions: list[QuestionValues], language: str) -> dict[str, Any]:
    """Return the texts of the questions in a language."""
    return {each.name: each.texts.get(language) for each in questions}


def store_rows(lesson: Lesson, node: Node) -> Written:
    """Store links, and samples with their outputs."""
    for sample in node.samples:
        for name, cleaned in sample.drawn.items():
            store_image(cleaned=cleaned, alt=first_alt(sample, name))
    samples = [sample_row(lesson, place, each) for place, each in enumerate(node.samples)]
    links = link_rows(lesson, node)
    before = [*map(values, lesson.samples.all()), *map(values, lesson.links.all())]
    after = [*map(values, samples), *map(values, links)]
    if before == after:
        return Written(False, False)
    lesson.samples.all().delete()
    lesson.links.all().delete()
    CodeSample.objects.bulk_create(samples)
    ExternalLink.objects.bulk_create(links)
    return Written(True, list(map(authored, before)) != list(map(authored, after)))


def first_alt(sample: Sample, name: str) -> str:
    """Return a figure's alternative text in the first language."""
    alts = next(iter(sample.alts.values()), [])
    place = list(sample.drawn).index(name)
    return alts[place] if place < len(alts) else name


def sample_row(lesson: Lesson, place: int, sample: Sample) -> CodeSample:
    """Return a sample as a database row."""
    row = CodeSample(
        lesson=lesson,
        position=place,
        file=sample.file,
        titles=sample.titles,
        language=sample.language,
        source=sample.code,
        fails=sample.fails,
        predict=sample.predict,
        figure_alts=sample.alts,
        figures=[{"file": name, "image": each.sha256} for name, each in sample.drawn.items()],
    )
    if sample.capture:
        row.output, row.outcome = str(sample.capture["output"]), str(sample.capture["outcome"])
        row.ran_on, row.python = sample.capture["ran_on"], str(sample.capture["python"])
        row.versions = {str(k): str(v) for k, v in sample.capture["versions"].items()}
        row.source_sha256 = sample.capture["source_sha256"]
    return row


def link_rows(lesson: Lesson, node: Node) -> list[ExternalLink]:
    """Return the lesson's links as rows: the union of all languages, in order."""
    titles: dict[str, dict[str, str]] = {}
    for language, text in node.texts.items():
        for row in text.meta["links"]:
            titles.setdefault(row["url"], {})[language] = row["title"]
    return [
        ExternalLink(lesson=lesson, position=place, url=url, titles=names)
        for place, (url, names) in enumerate(titles.items())
    ]


def values(row: Any) -> dict[str, Any]:
    """Return a row's fields without its id."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def authored(row: dict[str, Any]) -> dict[str, Any]:
    """Return the values that an author wrote."""
    return {name: value for name, value in row.items() if name not in CAPTURED}
