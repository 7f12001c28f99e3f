"""Conversations below pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Thread(models.Model):
    """The conversation of a page, shared by the page's languages.

    The page's owner keeps `url` (path without language prefix), `title` and `public` up to date;
    a thread that is not public (draft page) shows its comments to staff only.
    """

    url = models.CharField(max_length=300)
    title = models.CharField(max_length=200)
    public = models.BooleanField(default=True)
    locked = models.BooleanField(_("locked"), default=False)
    comment_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.title
