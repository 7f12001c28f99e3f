"""The search page, and suggestions while a query is typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.models import User
from accounts.params import clean_text, parse_int
from accounts.ratelimit import RateLimited, hit, own_counts
from comments.networks import network_of
from course.search import finding
from course.search.misses import note_miss
from pagecache.public import for_anybody

LAST_SEARCH_PAGE = 500
# Searches in a minute that nobody made before. A class shares a network; a member counts alone.
# What they cost is this process's time, so it counts by itself.
MOST_OF_A_NETWORK = 120
MOST_OF_A_MEMBER = 180


@for_anybody
def search_page(request: HttpRequest) -> HttpResponse:
    """The search page; 429 for too many searches, with the query still in the field."""
    query = query_of(request)
    page = parse_int(request.GET.get("page", "1"), least=1, most=LAST_SEARCH_PAGE) or 1
    context = {"query": query, "page": page, "section": "search"}
    try:
        results = found(request, query, page)
    except RateLimited as limited:
        context |= {"wait": limited.retry_after}
        answer = render(request, "course/search.html", context, status=429)
        answer["Retry-After"] = str(limited.retry_after)
        return answer
    if page == 1 and not (results.hits or results.errors or results.pages):
        note_miss(query=query, language=get_language(), network=network_of(request))
    return render(request, "course/search.html", {**context, "results": results})


@for_anybody
def suggestions(request: HttpRequest) -> HttpResponse:
    """Options of the search field's list: the first lessons that the query finds; 429 as above."""
    try:
        results = found(request, query_of(request))
    except RateLimited as limited:
        return HttpResponse(status=429, headers={"Retry-After": str(limited.retry_after)})
    return render(request, "course/_suggestions.html", {"results": results})


def query_of(request: HttpRequest) -> str:
    """Return the end of what was asked for."""
    return clean_text(request.GET.get("q", "")).strip()[-finding.MAX_QUERY :]


def found(request: HttpRequest, query: str, page: int = 1) -> finding.Results:
    """Return what the query finds. Raises RateLimited; what was found before is never too much."""
    return finding.find(
        query=query,
        language=get_language(),
        viewer=request.user,
        page=page,
        count=lambda: count_search(request),
    )


def count_search(request: HttpRequest) -> None:
    """Count a search of a member or a network. Raises RateLimited."""
    who, most = network_of(request), MOST_OF_A_NETWORK
    if isinstance(request.user, User):
        who, most = request.user.public_id, MOST_OF_A_MEMBER
    hit("search", who, most=most, seconds=60, counts=own_counts)
