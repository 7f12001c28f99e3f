"""Addresses of the reading pages."""

from django.urls import path

from course import urls_progress
from course.views import changes, data, offline, pages, shared_preview
from pagecache.public import public

urlpatterns = [
    *urls_progress.pages,
    path("", pages.home, name="home"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline_page, name="offline"),
    path("offline/<slug:slug>.json", offline.what_to_keep, name="what-to-keep"),
    path("quests/<slug:slug>/", pages.quest, name="quest"),
    path("quests/<slug:quest>/<slug:slug>/", pages.lesson, name="lesson"),
    path("quests/<slug:quest>/<slug:slug>/changes/", changes.changes, name="lesson-changes"),
    path("quests/<slug:quest>/<slug:slug>/notebook/", changes.notebook, name="lesson-notebook"),
    path("preview/<str:token>/", shared_preview.shared_preview, name="shared-preview"),
    path("tags/<str:slug>/", pages.tag, name="tag"),
    path("stream/", pages.stream_page, name="stream"),
    path("stream/feed/", public("site")(data.StreamFeed()), name="stream-feed"),
    path("search/", pages.search_page, name="search"),
]
