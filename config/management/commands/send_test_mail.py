"""`manage.py send_test_mail ADDRESS`: whether EMAIL_URL, sender and worker are right."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError

from accounts.mailing.outbox import post
from accounts.models import OutgoingMail

SUBJECT = "Test"
BODY = "This mail was sent by manage.py send_test_mail. Nothing has to be done."


class Command(BaseCommand):
    help = "Send a mail now, or through the outbox and the worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ADDRESS, --queued and --wait."""
        parser.add_argument("address")
        parser.add_argument("--queued", action="store_true", help="let the worker send it")
        parser.add_argument("--wait", type=float, default=60, help="seconds to wait for the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send it, or print what the mail server said."""
        if options["queued"]:
            self.send_queued(options["address"], options["wait"])
            return
        subject = f"[{settings.SITE_NAME}] {SUBJECT}"
        try:
            EmailMessage(subject, BODY, to=[options["address"]]).send()
        except OSError as error:  # SMTPException is one, too
            raise CommandError(f"The mail was not taken: {error}") from None
        self.stdout.write(f"The mail server took it from {settings.DEFAULT_FROM_EMAIL}.")

    def send_queued(self, address: str, seconds: float) -> None:
        """Queue it, and wait until the worker has sent it."""
        queued = post(to=address, subject=f"[{settings.SITE_NAME}] {SUBJECT}", body=BODY)
        end = time.monotonic() + seconds
        while OutgoingMail.objects.filter(pk=queued.pk).exists():
            if time.monotonic() >= end:
                raise CommandError("It still waits: is the worker running (cwk-worker)?")
            time.sleep(0.2)
        self.stdout.write("The worker has sent it.")
