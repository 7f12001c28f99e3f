"""The site's settings with the yardstick's addresses."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tools.bench.urls"
