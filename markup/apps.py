"""The app has no models; it is installed for its translations."""

from django.apps import AppConfig


class MarkupConfig(AppConfig):
    """Conversion of Markdown to safe HTML."""

    name = "markup"
