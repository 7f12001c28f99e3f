"""Addresses of progress: `plain` has no language, `pages` and forms speak the reader's."""

from django.urls import path

from course.views import progress

plain = [
    path("progress/sync/", progress.sync_view, name="progress-sync"),
    path("progress/evaluate/", progress.evaluate_view, name="progress-evaluate"),
]
