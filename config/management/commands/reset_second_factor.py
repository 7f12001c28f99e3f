"""`manage.py reset_second_factor PERSON`: for who lost both device and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.people import find_person, reset_second_factor


class Command(BaseCommand):
    help = "Remove a person's second factors and sign them out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add PERSON."""
        parser.add_argument("person", help="an email address or a handle")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset, and print how many were removed."""
        person = find_person(options["person"])
        self.stdout.write(f"{reset_second_factor(person)} removed; {person.handle} is signed out.")
