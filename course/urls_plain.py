"""Addresses that have no language: data, robots, sitemap."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
