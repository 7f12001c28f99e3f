"""`manage.py install_pyodide`: fetch the Python that runs in browsers (`make pyodide`)."""

import shutil
import subprocess
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from runner import pyodide


class Command(BaseCommand):
    help = "Install Pyodide below PYODIDE_ROOT, for quests whose code runs in the browser."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --package."""
        parser.add_argument(
            "--package", type=Path, help=f"what `npm pack {pyodide.PACKAGE}` wrote elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fetch and unpack, unless this release is installed."""
        root = Path(settings.PYODIDE_ROOT)
        if pyodide.is_installed(root):
            self.stdout.write(f"Pyodide {pyodide.VERSION} is installed in {root}.")
            return
        try:
            package = options["package"].read_bytes() if options["package"] else fetch()
            size = pyodide.install(package, root)
        except (OSError, pyodide.WrongPackage) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Pyodide {pyodide.VERSION} is in {root}; a browser fetches {size / 1e6:.1f} MB once. "
            "Web processes notice it when they start."
        )


def fetch() -> bytes:
    """Return the package from npm's registry, as npm is configured. Raises CommandError."""
    npm = shutil.which("npm")
    if npm is None:
        raise CommandError(
            f"npm is missing. Run `npm pack {pyodide.PACKAGE}` on another machine "
            "and name the file with --package."
        )
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", "--ignore-scripts", pyodide.PACKAGE]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        files = list(Path(folder).glob("*.tgz"))
        if done.returncode or len(files) != 1:
            raise CommandError(f"npm could not fetch {pyodide.PACKAGE}:\n{done.stderr.strip()}")
        return files[0].read_bytes()
