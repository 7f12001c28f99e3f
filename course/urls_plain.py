"""Addresses that have no language: data, robots, sitemap."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from course import urls_progress
from course.views import data, media, offline
from pagecache.public import public

urlpatterns = [
    *urls_progress.plain,
    path("sw.js", offline.service_worker, name="service-worker"),
    path("media/<path:path>", media.picture, name="picture"),
    path("reads/<slug:uid>", media.read, name="lesson-read"),
    path("robots.txt", public("site")(data.robots), name="robots"),
    path(
        "sitemap.xml",
        public("site", query={"p"})(sitemap),
        {"sitemaps": data.SITEMAPS},
        name="sitemap",
    ),
]
