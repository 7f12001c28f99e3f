"""Store the pictures of a folder's lessons, each once in an import."""

from course.content.images.references import names_in
from course.content.images.storing import name_image, store_image
from course.folders.nodes import Node
from course.models import Quest


class Pictures:
    """The pictures of a quest during one import; one query for all that have their names already.

    Lessons share pictures, and most were stored by an import before.
    """

    def __init__(self, quest: Quest) -> None:
        self.quest = quest
        self.named = dict(quest.images.values_list("name", "image"))
        self.stored: set[str] = set()

    def store(self, lesson: Node) -> None:
        """Store the lesson's pictures; one without a new description keeps its old one.

        Files are looked for each time, so that an import brings back those that were lost.
        """
        alts = {
            name: alt
            for text in reversed(lesson.texts.values())
            for name, alt in names_in(*(part.markdown for part in text.parts)).items()
        } if lesson.pictures else {}  # fmt: skip
        for name, cleaned in lesson.pictures.items():
            if name in self.stored:
                continue
            self.stored.add(name)
            image = store_image(cleaned=cleaned, alt=alts.get(name, name))
            if self.named.get(name) != image.pk:
                name_image(quest=self.quest, name=name, image=image)
