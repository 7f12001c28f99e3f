"""Addresses of the reading pages."""

from django.urls import path

from course import urls_progress
from course.views import data, pages

urlpatterns = [
    *urls_progress.pages,
    path("", pages.home, name="home"),
    path("quests/<slug:slug>/", pages.quest, name="quest"),
    path("quests/<slug:quest>/<slug:slug>/", pages.lesson, name="lesson"),
    path("tags/<str:slug>/", pages.tag, name="tag"),
    path("stream/", pages.stream_page, name="stream"),
    path("stream/feed/", data.StreamFeed(), name="stream-feed"),
    path("search/", pages.search_page, name="search"),
]
