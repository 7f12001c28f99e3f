"""`manage.py demo`: fill a development site and serve it (`make run`)."""

import errno
import os
import signal
import socket
import sys
from argparse import ArgumentParser, ArgumentTypeError
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config.beside import Beside
from config.demo import DemoPerson, make_people

QUESTS = settings.BASE_DIR / "fixtures" / "quests"
STAMP = settings.VAR_DIR / "demo-content.sha256"


def fingerprint(folder: Path) -> str:
    """Return a hash over the shipped quests' files and the database they were imported into."""
    total = sha256(settings.DATABASE_URL.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def port_number(text: str) -> int:
    """Parse a port number. Raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ArgumentTypeError(f"{text!r} is no port: choose a number from 1024 to 65535")
    return int(text)


class Command(BaseCommand):
    help = "Migrate, import the shipped quests, make demo people and serve on 127.0.0.1:8000."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --port, --no-server and --runner."""
        parser.add_argument("--port", type=port_number, default=8000)
        parser.add_argument("--no-server", action="store_true", help="only fill the site")
        parser.add_argument("--runner", help="the Python that learners' code runs on")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up what is missing, print what was done, then serve until stopped."""
        if not settings.DEBUG:
            raise CommandError("demo is for development only: set DEBUG=true (`make run` does).")
        if not options["no_server"]:
            self.check_port(options["port"])
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        self.import_quests()
        call_command("load_rules", stdout=StringIO())
        self.show_people(make_people())
        if not options["no_server"]:
            self.serve(options["port"], self.helpers(options["runner"]))

    def check_port(self, port: int) -> None:
        """Fail with advice when another program uses the port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise CommandError(
                        f"Port {port} can't be used ({error.strerror}). "
                        "Choose another: make run PORT=8001"
                    ) from None
                raise CommandError(
                    f"Port {port} is taken by another program (perhaps this site is already "
                    f"running). Stop it, or choose another: make run PORT={port + 1}"
                ) from None

    def import_quests(self) -> None:
        """Import every shipped quest, unless these files are already in this database."""
        from course.models import Quest

        present = fingerprint(QUESTS)
        if Quest.objects.exists() and STAMP.is_file() and STAMP.read_text() == present:
            return
        folders = sorted(path for path in QUESTS.iterdir() if path.is_dir())
        done = [self.import_quest(folder) for folder in folders]
        if all(done):
            STAMP.write_text(present)

    def import_quest(self, folder: Path) -> bool:
        """Import one quest; on a conflict with edits on the site, go on without it."""
        self.stdout.write(f"Importing the quest {folder.name} …")
        try:
            call_command("import_quest", str(folder), stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            self.stderr.write(f"The quest {folder.name} stays as it is on this site: {error}")
            return False
        return True

    def show_people(self, people: list[DemoPerson]) -> None:
        """Print the sign-in data of newly created accounts; later runs print nothing."""
        if people:
            self.stdout.write("\nSign in as (shown only now; development only):")
        for person in people:
            self.stdout.write(f"  {person.role:<10} {person.email:<24} {person.password}")

    def helpers(self, runner_python: str | None) -> list[list[str]]:
        """Return the commands that run beside the server."""
        commands = [["manage.py", "db_worker"]]
        if runner_python:
            if not settings.RUNNER_URLS:
                raise CommandError("--runner needs RUNNER_URLS; `make runner` sets it.")
            os.environ["RUNNER_LISTEN"] = settings.RUNNER_URLS[0]
            os.environ["RUNNER_PYTHON"] = str(Path(runner_python).absolute())
            commands += [["-m", "runner", "serve"], ["manage.py", "run_jobs"]]
        return commands

    def serve(self, port: int, commands: list[list[str]]) -> None:
        """Run the helper processes and the development server until stopped."""
        self.stdout.write(f"\nOpen http://127.0.0.1:{port}  (stop with Ctrl+C)")
        self.stdout.write("Mails are printed here, so the code of a sign-up is, too.")
        # Browsers accept passkeys on HTTPS and on localhost by name alone.
        self.stdout.write(f"To try passkeys, open http://localhost:{port} instead.\n")
        helpers = [
            Beside([sys.executable, *command], settings.BASE_DIR, self.stderr.write)
            for command in commands
        ]
        # make passes SIGTERM on; without this the helpers would outlive the server.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            call_command("runserver", f"127.0.0.1:{port}", verbosity=0, use_reloader=False)
        finally:
            for helper in helpers:
                helper.stop()
            for helper in helpers:
                helper.wait()
