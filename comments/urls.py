"""URLs of threads, comments and reports."""

from django.urls import path

from comments.feeds import ThreadFeed
from comments.views import reacting, reporting, threads, writing

urlpatterns = [
    path("threads/<int:thread_id>/", threads.thread, name="thread"),
    path("threads/<int:thread_id>/feed/", ThreadFeed(), name="thread-feed"),
    path("threads/<int:thread_id>/write/", writing.write, name="comment-write"),
    path("threads/<int:thread_id>/follow/", threads.follow, name="thread-follow"),
    path("threads/mute/<str:token>/", threads.mute, name="thread-mute"),
    path("comments/preview/", writing.preview, name="comment-preview"),
    path("comments/<int:comment_id>/", writing.comment, name="comment"),
    path("comments/<int:comment_id>/reply/", writing.reply, name="comment-reply"),
    path("comments/<int:comment_id>/edit/", writing.edit, name="comment-edit"),
    path("comments/<int:comment_id>/delete/", writing.delete, name="comment-delete"),
    path("comments/<int:comment_id>/helpful/", reacting.helpful, name="comment-helpful"),
    path("comments/<int:comment_id>/flag/", reacting.flag, name="comment-flag"),
    path("report/", reporting.report, name="report-new"),
    path("reports/", reporting.own_reports, name="reports"),
    path("reports/<str:link_token>/", reporting.report_state, name="report"),
]
