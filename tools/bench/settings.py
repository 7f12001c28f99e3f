"""The site's settings with the yardstick's addresses; BENCH_MIDDLEWARE=no takes the stack away."""

import os

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tools.bench.urls"
if os.environ.get("BENCH_MIDDLEWARE") == "no":
    MIDDLEWARE: list[str] = []
