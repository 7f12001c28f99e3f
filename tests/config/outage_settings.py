"""The production settings with the test's own address."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.config.outage_urls"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
