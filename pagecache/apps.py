"""App configuration of pagecache."""

from django.apps import AppConfig


class PagecacheConfig(AppConfig):
    """Cached values and pages; knows only keys, not what they stand for."""

    name = "pagecache"
    default_auto_field = "django.db.models.BigAutoField"
