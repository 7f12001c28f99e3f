"""`manage.py export_notebooks FOLDER`: write the published lessons as Jupyter notebooks."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from course.authoring.notebook_writing import lesson_notebook
from course.content.access import ANYBODY
from course.models import Lesson, LessonText


class Command(BaseCommand):
    help = "Write every published lesson as FOLDER/quest/lesson.language.ipynb."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add FOLDER."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the notebooks, replacing existing files."""
        texts = LessonText.objects.exclude(body="").filter(
            lesson__in=Lesson.objects.visible_to(ANYBODY)
        )
        count = 0
        try:
            for text in texts.select_related("lesson__quest").order_by("pk").iterator(50):
                write(options["folder"], text)
                count += 1
        except OSError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{count} notebooks in {options['folder']}.")


def write(folder: Path, text: LessonText) -> None:
    """Write one lesson in one language, with labels in that language."""
    path = folder / text.lesson.quest.slug / f"{text.lesson.slug}.{text.language}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    with override(text.language):
        path.write_bytes(lesson_notebook(text))
