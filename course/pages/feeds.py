"""Feed, sitemap and robots.txt."""

from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from course.models import Lesson, Quest, Status
from course.pages import stream
from markup.feeds import AtomFeed


class StreamFeed(Feed):
    """The stream as an Atom feed in the URL's language."""

    feed_type = AtomFeed

    def title(self) -> str:
        """The feed's title."""
        return f"{settings.SITE_NAME} · {_('Stream')}"

    def link(self) -> str:
        """The page that the feed mirrors."""
        return reverse("stream")

    def items(self) -> list[stream.Line]:
        """The newest entries."""
        return stream.page(language=get_language()).lines

    def item_title(self, item: Any) -> str:
        """The kind of entry and its title."""
        return f"{item.entry.get_kind_display()}: {item.title}"

    def item_description(self, item: stream.Line) -> str:
        """The lesson's summary, or the announcement."""
        return item.text.summary if item.text else item.html

    def item_link(self, item: stream.Line) -> str:
        """The lesson's URL, or that of the stream page."""
        lesson = item.entry.lesson
        return lesson.get_absolute_url() if lesson else reverse("stream")

    def item_guid(self, item: stream.Line) -> str:
        """A permanent id."""
        return f"{settings.SITE_URL}/stream/#{item.entry.pk}"

    def item_updateddate(self, item: stream.Line) -> Any:
        """When the entry was created."""
        return item.entry.at


class LanguageSitemap(Sitemap):
    """URLs in every language, each with its alternates."""

    i18n = True
    alternates = True
    x_default = True

    @property
    def protocol(self) -> str:  # type: ignore[override]
        """The scheme of SITE_URL."""
        return settings.SITE_URL.split("://", 1)[0]


class QuestSitemap(LanguageSitemap):
    """Home, stream and quests."""

    def items(self) -> list[Any]:
        """Names of pages, and quests."""
        return ["home", "stream", *Quest.objects.filter(status=Status.PUBLISHED)]

    def location(self, item: Any) -> str:
        """The path in the active language."""
        return reverse(item) if isinstance(item, str) else item.get_absolute_url()


class LessonSitemap(LanguageSitemap):
    """Published lessons."""

    def items(self) -> Any:
        """Published lessons in reading order."""
        return (
            Lesson.objects.published().filter(merged_into=None).in_order().select_related("quest")
        )


SITEMAPS = {"quests": QuestSitemap, "lessons": LessonSitemap}


def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: crawlers may read everything except personal pages."""
    private = ["/admin/", "/accounts/", "/settings/", "/notifications/", "/search/", "/progress/"]
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in private
                                for prefix in ("", "/en"))]  # fmt: skip
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
