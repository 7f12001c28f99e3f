"""Addresses of this app's pages."""

from django.urls import URLPattern, path

from gamification import views

urlpatterns: list[URLPattern] = [
    path("achievements/", views.achievements, name="achievements"),
    path("xp/", views.why_xp, name="why-xp"),
    path("leaderboard/", views.leaderboard, name="leaderboard"),
    path("xp/preferences/", views.preferences, name="game-preferences"),
]
