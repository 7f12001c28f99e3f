"""Addresses of progress: `plain` has no language, `pages` and forms speak the reader's."""

from django.urls import path

from course.views import progress, progress_forms

plain = [
    path("progress/sync/", progress.sync_view, name="progress-sync"),
    path("progress/evaluate/", progress.evaluate_view, name="progress-evaluate"),
]

pages = [
    path("progress/", progress_forms.device, name="progress-device"),
    path("progress/mark/<slug:uid>/", progress_forms.mark, name="progress-mark"),
    path("progress/answers/<slug:uid>/", progress_forms.answer, name="progress-answer"),
    path("quests/<slug:slug>/start-over/", progress_forms.reset, name="progress-reset"),
]
