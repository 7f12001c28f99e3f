"""`manage.py export_book QUEST FOLDER`: write a quest as an mdBook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from course.authoring.book_writing import BookRefused, export_book
from course.management.quests import named_quest


class Command(BaseCommand):
    help = "Write the published lessons of a quest as an mdBook: common Markdown with plain links."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add QUEST, FOLDER and --language."""
        parser.add_argument("quest", help="the quest's uid or slug")
        parser.add_argument("folder", type=Path, help="a new or empty folder")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *args: Any, **options: Any) -> None:
        """Export the quest from one consistent snapshot."""
        quest = named_quest(options["quest"])
        language = options["language"] or quest.source_language
        try:
            with transaction.atomic():
                count = export_book(quest=quest, language=language, folder=options["folder"])
        except (BookRefused, OSError) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{count} files in {options['folder']}; read it with: mdbook serve")
