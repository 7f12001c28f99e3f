"""Write what a lesson of a folder has beside its texts: tags, links, samples, pictures."""

from typing import Any, NamedTuple

from course.images.references import names_in
from course.images.storing import name_image, store_image
from course.importing.nodes import Node, Sample
from course.models import CodeSample, ExternalLink, Lesson, Quest, Tag

# What a run of the samples writes: readers are not told of a change when it alone is new.
CAPTURED = {"output", "outcome", "ran_on", "python", "versions", "source_sha256"}


class Written(NamedTuple):
    """What was new: anything at all, and anything that an author wrote."""

    anything: bool
    words: bool


def store_pictures(quest: Quest, node: Node) -> None:
    """The pictures that the lesson shows; one that no text describes any more keeps its words."""
    alts = {
        name: alt
        for text in reversed(node.texts.values())
        for name, alt in names_in(
            text.source.body, text.meta["exercise"], text.meta["answer"]
        ).items()
    }
    for name, cleaned in node.pictures.items():
        image = store_image(cleaned=cleaned, alt=alts.get(name, name))
        name_image(quest=quest, name=name, image=image)


def store_tags(lesson: Lesson, slugs: list[str]) -> bool:
    """The lesson's tags; whether they differ from what was stored."""
    if {tag.slug for tag in lesson.tags.all()} == set(slugs):
        return False
    lesson.tags.set([Tag.objects.get_or_create(slug=slug)[0] for slug in slugs])
    return True


def store_extras(lesson: Lesson, node: Node) -> Written:
    """Links and samples with their outputs."""
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


def sample_row(lesson: Lesson, place: int, sample: Sample) -> CodeSample:
    """A sample as a database row."""
    row = CodeSample(
        lesson=lesson,
        position=place,
        file=sample.file,
        titles=sample.titles,
        language=sample.language,
        source=sample.code,
        fails=sample.fails,
    )
    if sample.capture:
        row.output, row.outcome = str(sample.capture["output"]), str(sample.capture["outcome"])
        row.ran_on, row.python = sample.capture["ran_on"], str(sample.capture["python"])
        row.versions = {str(k): str(v) for k, v in sample.capture["versions"].items()}
        row.source_sha256 = sample.capture["source_sha256"]
    return row


def link_rows(lesson: Lesson, node: Node) -> list[ExternalLink]:
    """The lesson's links as database rows: the union of its languages, in order."""
    titles: dict[str, dict[str, str]] = {}
    for language, text in node.texts.items():
        for row in text.meta["links"]:
            titles.setdefault(row["url"], {})[language] = row["title"]
    return [
        ExternalLink(lesson=lesson, position=place, url=url, titles=names)
        for place, (url, names) in enumerate(titles.items())
    ]


def values(row: Any) -> dict[str, Any]:
    """A row's fields without its id."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def authored(row: dict[str, Any]) -> dict[str, Any]:
    """The values that an author wrote."""
    return {name: value for name, value in row.items() if name not in CAPTURED}
