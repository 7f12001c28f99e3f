"""Inputs of a text's HTML, so that an import renders only what would differ."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course.content.rendering import hash_of
from course.content.resolvers import Resolvers
from course.folders.nodes import Text
from course.folders.texts import words_of
from course.models import LessonText
from markup import RENDERER_VERSION, Image, Term

RenderInputs = dict[str, Any]


@dataclass
class Lookup:
    """Resolvers for one text that record their results."""

    link: Callable[[str], str | None]
    image: Callable[[str], Image | None]
    term: Callable[[str], Term | None]
    output: Callable[[str, int, int | None], str | None]
    links: dict[str, str] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def resolve_link(self, uid: str) -> str | None:
        """Return the path of a lesson and record it."""
        found = self.link(uid)
        self.links[uid] = str(found)
        return found

    def resolve_image(self, name: str) -> Image | None:
        """Return a picture's URL and record it."""
        found = self.image(name)
        self.images[name] = str(found)
        return found

    def resolve_term(self, key: str) -> Term | None:
        """Return a term and record it."""
        found = self.term(key)
        self.terms[key] = str(found)
        return found

    def resolve_output(self, sample: str, line: int, number: int | None) -> str | None:
        """Return a part of an output and record it."""
        found = self.output(sample, line, number)
        self.outputs[f"{sample}:{line}:{number or 0}"] = str(found)
        return found

    @property
    def resolvers(self) -> Resolvers:
        """The resolvers for the renderer."""
        return Resolvers(
            self.resolve_link, self.resolve_image, self.resolve_term, self.resolve_output
        )

    def recipe(self, text: Text) -> RenderInputs:
        """Return the recorded inputs of the rendered text, and the renderer's findings.

        `placed` and `warnings` are stored for later imports that don't render it again.
        """
        return {
            "source": source_of(text),
            "links": self.links,
            "images": self.images,
            "terms": self.terms,
            "outputs": self.outputs,
            "placed": [
                [part, each.kind, each.id, each.line]
                for part, rendered in text.rendered.items()
                for each in rendered.placed
            ],
            "warnings": [
                [part, each.line, each.message]
                for part, rendered in text.rendered.items()
                for each in rendered.warnings
            ],
            "body_links": list(text.rendered["body"].lesson_links) if text.rendered else [],
        }

    def still_valid(self, recipe: RenderInputs, text: Text) -> bool:
        """Return whether rendering the text now would give the stored HTML."""
        return (
            "placed" in recipe
            and recipe["source"] == source_of(text)
            and all(str(self.link(uid)) == path for uid, path in recipe["links"].items())
            and all(str(self.image(name)) == shown for name, shown in recipe["images"].items())
            and all(str(self.term(key)) == shown for key, shown in recipe["terms"].items())
            and all(str(self.piece(name)) == piece for name, piece in recipe["outputs"].items())
        )

    def piece(self, name: str) -> str | None:
        """Return the part of an output that a stored input names."""
        sample, line, number = name.rsplit(":", 2)
        return self.output(sample, int(line), int(number) or None)


def source_of(text: Text) -> str:
    """Return a hash of text, language and renderer version."""
    words = words_of(text)
    parts = [[part.name, part.markdown] for part in text.parts]
    return hash_of(json.dumps([RENDERER_VERSION, text.language, words.title, words.summary, parts]))


def stored_recipes(quest: str) -> dict[tuple[str, str], RenderInputs]:
    """Return the stored inputs of a quest's texts, by uid and language; one query."""
    rows = LessonText.objects.filter(lesson__quest__uid=quest)
    return {
        (uid, language): recipe
        for uid, language, recipe in rows.values_list("lesson__uid", "language", "made_of")
    }
