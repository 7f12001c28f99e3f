"""Addresses that have no language: data, robots, sitemap."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from course.views import data

urlpatterns = [
    path("robots.txt", data.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": data.SITEMAPS}, name="sitemap"),
]
