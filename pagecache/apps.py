"""What is remembered between requests, and how every process learns that it changed."""

from django.apps import AppConfig


class PagecacheConfig(AppConfig):
    """Lowest layer beside markup; knows keys, never what they stand for."""

    name = "pagecache"
    default_auto_field = "django.db.models.BigAutoField"
