"""URLs without language prefix: data, robots, sitemap."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from course.pages import browser_runs, feeds, media, offline_views, urls_progress
from pagecache.public import public

urlpatterns = [
    *urls_progress.plain,
    path("sw.js", offline_views.service_worker, name="service-worker"),
    path("python-worker.js", browser_runs.worker, name="python-worker"),
    path("media/<path:path>", media.picture, name="picture"),
    path("reads/<slug:uid>", media.read, name="lesson-read"),
    path("robots.txt", public("site")(feeds.robots), name="robots"),
    path(
        "sitemap.xml",
        public("site", query={"p"})(sitemap),
        {"sitemaps": feeds.SITEMAPS},
        name="sitemap",
    ),
]
