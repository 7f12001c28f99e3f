"""`manage.py sign_out PERSON`: end every session of a person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.people import find_person, sign_out


class Command(BaseCommand):
    help = "Sign a person out on every device."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add PERSON."""
        parser.add_argument("person", help="an email address or a handle")

    def handle(self, *args: Any, **options: Any) -> None:
        """End the sessions, and print how many there were."""
        person = find_person(options["person"])
        self.stdout.write(f"{sign_out(person)} sessions of {person.handle} are ended.")
