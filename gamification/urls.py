"""URLs of XP, achievements and the leaderboard."""

from django.urls import URLPattern, path

from gamification import views

urlpatterns: list[URLPattern] = [
    path("achievements/", views.achievements, name="achievements"),
    path("levels/", views.levels, name="levels"),
    path("xp/", views.why_xp, name="why-xp"),
    path("leaderboard/", views.leaderboard, name="leaderboard"),
    path("xp/preferences/", views.preferences, name="game-preferences"),
]
