"""`manage.py make_moderator PERSON`: appoint somebody who works at the desk."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.people import find_person, has_verified_address, make_moderator, stop_being_moderator


class Command(BaseCommand):
    help = "Make the person with this address or handle a moderator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add PERSON and --remove."""
        parser.add_argument("person", help="an email address or a handle")
        parser.add_argument("--remove", action="store_true", help="take the role away")

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoint or dismiss, and say what follows."""
        person = find_person(options["person"])
        if options["remove"]:
            done = stop_being_moderator(person)
            self.stdout.write("Done." if done else f"{person.handle} is no moderator.")
            return
        if not person.is_active or not has_verified_address(person):
            raise CommandError("This account is locked, or its address was never confirmed.")
        if not make_moderator(person):
            self.stdout.write(f"{person.handle} is a moderator already.")
            return
        self.stdout.write(f"{person.handle} is a moderator now.")
        if settings.STAFF_SECOND_FACTOR:
            self.stdout.write("A second factor is asked for at the next sign-in.")
