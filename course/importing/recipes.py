"""What a text's HTML was made of, so that an import renders only what would differ."""

import json
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from typing import Any

from course.importing.nodes import Text
from course.importing.texts import words_of
from course.models import LessonText
from course.rendering import hash_of
from markup import RENDERER_VERSION, Image

Recipe = dict[str, Any]


@dataclass
class Lookup:
    """Resolves the links and pictures of one text and remembers what was answered."""

    link: Callable[[str], str | None]
    image: Callable[[str], Image | None]
    links: dict[str, str] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)

    def resolve_link(self, uid: str) -> str | None:
        """The path of a lesson, noted."""
        found = self.link(uid)
        self.links[uid] = str(found)
        return found

    def resolve_image(self, name: str) -> Image | None:
        """Where a picture is, noted."""
        found = self.image(name)
        self.images[name] = str(found)
        return found

    def recipe(self, text: Text) -> Recipe:
        """What the text was rendered from, after it was."""
        return {"source": source_of(text), "links": self.links, "images": self.images}

    def gives(self, recipe: Recipe, text: Text) -> bool:
        """Whether rendering the text now would come to what the recipe came to."""
        return (
            bool(recipe)
            and recipe["source"] == source_of(text)
            and all(str(self.link(uid)) == path for uid, path in recipe["links"].items())
            and all(str(self.image(name)) == shown for name, shown in recipe["images"].items())
        )


def source_of(text: Text) -> str:
    """A hash of the words, their language and the renderer."""
    parts = [RENDERER_VERSION, text.language, *astuple(words_of(text))]
    return hash_of(json.dumps(parts))


def stored_recipes(quest: str) -> dict[tuple[str, str], Recipe]:
    """What the stored texts of a quest were made of, by uid and language; one query."""
    rows = LessonText.objects.filter(lesson__quest__uid=quest)
    return {
        (uid, language): recipe
        for uid, language, recipe in rows.values_list("lesson__uid", "language", "made_of")
    }
