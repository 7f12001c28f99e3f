"""`manage.py warm_pages`: build the pages that are read most before new processes start."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand

from config.serving import behind_page_cache
from config.warming import warm


class Command(BaseCommand):
    help = "Build home, stream, quests and lessons into PAGECACHE_DIR, for the processes to come."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --seconds."""
        parser.add_argument("--seconds", type=float, default=60, help="at most (default 60)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build them, and say how many and how long; a page that fails is told, no more."""
        if not settings.PAGECACHE_DIR:
            self.stdout.write("PAGECACHE_DIR is empty: there is nothing to fill.")
            return
        started = time.monotonic()
        cache = behind_page_cache(WSGIHandler())
        failed = warm(cache, max_seconds=options["seconds"])
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{cache.built} pages built, {cache.taken} there already, in {seconds:.1f} s."
        )
        if failed:
            self.stderr.write(f"{len(failed)} failed: {' '.join(failed[:5])}")
