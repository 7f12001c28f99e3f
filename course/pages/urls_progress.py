"""URLs of progress: `plain` without language prefix, `pages` with one."""

from django.urls import path

from course.pages import changes, notes, places, progress_api, progress_forms, review, rhythm

plain = [
    path("progress/sync/", progress_api.sync_view, name="progress-sync"),
    path("progress/evaluate/", progress_api.evaluate_view, name="progress-evaluate"),
    path("progress/places/<slug:uid>/", places.place, name="progress-place"),
]

pages = [
    path("progress/", progress_forms.device, name="progress-device"),
    path("progress/mark/<slug:uid>/", progress_forms.mark, name="progress-mark"),
    path("progress/seen/<slug:uid>/", changes.seen, name="progress-seen"),
    path("progress/answers/<slug:uid>/", progress_forms.answer, name="progress-answer"),
    path("progress/bookmark/<slug:uid>/", notes.mark, name="progress-bookmark"),
    path("progress/notes/<slug:uid>/", notes.write, name="progress-note"),
    path("review/", review.review, name="review"),
    path("review/grade/", review.grade, name="review-grade"),
    path("quests/<slug:slug>/cards.json", review.quest_cards, name="quest-cards"),
    path("notes/", notes.notebook, name="notes"),
    path("progress/finish/<slug:uid>/", rhythm.finish, name="lesson-finish"),
    path("progress/follow/<slug:slug>/", rhythm.follow_quest, name="quest-follow"),
    path("settings/rhythm/", rhythm.settings_page, name="settings-rhythm"),
    path("quests/<slug:slug>/start-over/", progress_forms.reset, name="progress-reset"),
]
