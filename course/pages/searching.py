"""The search page, and suggestions while a query is typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.params import clean_text, parse_int
from course.search import finding

LAST_SEARCH_PAGE = 500


def search_page(request: HttpRequest) -> HttpResponse:
    """The search page."""
    query = clean_text(request.GET.get("q", "")).strip()[-finding.MAX_QUERY :]
    page = parse_int(request.GET.get("page", "1"), least=1, most=LAST_SEARCH_PAGE) or 1
    results = finding.find(query=query, language=get_language(), viewer=request.user, page=page)
    context = {"query": query, "results": results, "page": page, "section": "search"}
    return render(request, "course/search.html", context)


def suggestions(request: HttpRequest) -> HttpResponse:
    """Options of the search field's list: the first lessons that the query finds."""
    query = clean_text(request.GET.get("q", "")).strip()[-finding.MAX_QUERY :]
    results = finding.find(query=query, language=get_language(), viewer=request.user)
    return render(request, "course/_suggestions.html", {"results": results})
