"""`manage.py export_quest QUEST FOLDER`: write a quest in the format of import_quest."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from course.folders.writing import ExportRefused, export_quest
from course.management.quests import named_quest


class Command(BaseCommand):
    help = "Write a quest into a folder; exporting what was just imported changes no byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add QUEST and FOLDER."""
        parser.add_argument("quest", help="the quest's uid or slug")
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Export the quest from one consistent snapshot."""
        quest = named_quest(options["quest"])
        try:
            with transaction.atomic():
                count = export_quest(quest=quest, folder=options["folder"])
        except (ExportRefused, OSError) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{count} files in {options['folder']}.")
