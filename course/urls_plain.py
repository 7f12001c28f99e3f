"""Addresses that have no language: data, robots, sitemap."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from course import urls_progress
from course.views import data

urlpatterns = [
    *urls_progress.plain,
    path("robots.txt", data.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": data.SITEMAPS}, name="sitemap"),
]
