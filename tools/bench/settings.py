"""The site's settings with the baseline's URLs."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tools.bench.urls"
