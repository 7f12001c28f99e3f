"""URLs of the reading pages."""

from django.urls import path

from course.pages import (
    changes,
    chapters,
    code,
    errors,
    feeds,
    glossary,
    offline_views,
    questions,
    reading,
    runs,
    searching,
    shared_preview,
    urls_progress,
)
from pagecache.public import public

urlpatterns = [
    *urls_progress.pages,
    path("", reading.home, name="home"),
    path("manifest.webmanifest", offline_views.manifest, name="manifest"),
    path("offline/", offline_views.offline_page, name="offline"),
    path("offline/<slug:slug>.json", offline_views.what_to_keep, name="what-to-keep"),
    path("quests/<slug:slug>/", reading.quest, name="quest"),
    path("chapters/<slug:uid>/", chapters.chapter, name="chapter"),
    path("quests/<slug:slug>/glossary/", glossary.glossary, name="glossary"),
    path(
        "quests/<slug:quest>/<slug:slug>/questions/<slug:name>/",
        questions.answer,
        name="question-answer",
    ),
    path("quests/<slug:quest>/<slug:slug>/code/<str:part>/", code.code, name="lesson-code"),
    path("runs/<int:number>/", runs.state, name="run"),
    path("runs/<int:number>/<int:figure>.png", runs.figure, name="run-figure"),
    path("quests/<slug:quest>/<slug:slug>/", reading.lesson, name="lesson"),
    path("quests/<slug:quest>/<slug:slug>/changes/", changes.changes, name="lesson-changes"),
    path("quests/<slug:quest>/<slug:slug>/notebook/", changes.notebook, name="lesson-notebook"),
    path("preview/<str:token>/", shared_preview.shared_preview, name="shared-preview"),
    path("tags/", reading.tags, name="tags"),
    path("tags/<str:slug>/", reading.tag, name="tag"),
    path("stream/", reading.stream_page, name="stream"),
    path("stream/feed/", public("site")(feeds.StreamFeed()), name="stream-feed"),
    path("search/", searching.search_page, name="search"),
    path("search/suggestions/", searching.suggestions, name="search-suggestions"),
    path("errors/<slug:slug>/", errors.errors, name="errors"),
]
