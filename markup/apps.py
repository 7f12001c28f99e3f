"""Markdown to safe HTML."""

from django.apps import AppConfig


class MarkupConfig(AppConfig):
    """No models, no views: text in, HTML out."""

    name = "markup"
