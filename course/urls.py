"""Addresses of the reading pages."""

from django.urls import URLPattern, path
from django.views.generic import TemplateView

home = TemplateView.as_view(template_name="course/home.html")

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("stream/", home, name="stream"),
    path("stream/feed/", home, name="stream-feed"),
    path("search/", home, name="search"),
]
