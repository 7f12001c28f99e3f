"""Count searches that found nothing, so that authors learn what is missing.

Nothing tells who asked: a word that few looked for is not shown, since it may be anything.
"""

from datetime import timedelta
from hashlib import sha256

from django.db import DatabaseError
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.ratelimit import RateLimited, hit, own_counts
from course.models import SearchMiss
from course.search.finding import terms_of
from pagecache.outages import is_outage

LONGEST = 60
MOST_WORDS = 5  # more is a pasted message
MOST_KEPT = 2_000
KEPT_FOR = timedelta(days=90)
SHOWN_FROM = 3  # times


def note_miss(*, query: str, language: str, network: str) -> None:
    """Add one to the number of these words; a network asks once an hour."""
    terms = terms_of(query)
    words = " ".join(terms)
    if not terms or len(terms) > MOST_WORDS or len(words) > LONGEST or "@" in query:
        return
    asked = sha256(words.encode()).hexdigest()[:16]
    try:
        hit("miss", f"{network}:{language}:{asked}", most=1, seconds=3600, counts=own_counts)
    except RateLimited:
        return
    try:
        count_one(language, words)
    except DatabaseError as error:
        # Whoever searches reads on while the database takes no writes.
        if not is_outage(error):
            raise


def count_one(language: str, words: str) -> None:
    """Add one to the number of these words, unless too many words are kept already."""
    rows = SearchMiss.objects.filter(language=language, words=words)
    if rows.update(count=F("count") + 1, last_at=timezone.now()):
        return
    if SearchMiss.objects.count() < MOST_KEPT:
        # Two readers may ask at once; the constraint keeps one row, and one of them is not counted.
        new = SearchMiss(language=language, words=words, count=1)
        SearchMiss.objects.bulk_create([new], ignore_conflicts=True)


def frequent_misses() -> QuerySet[SearchMiss]:
    """Return what several looked for in vain, most frequent first."""
    return SearchMiss.objects.filter(count__gte=SHOWN_FROM).order_by("-count", "words")


def forget_old_misses() -> int:
    """Delete what nobody looked for lately. Returns how many rows that were."""
    count, _rows = SearchMiss.objects.filter(last_at__lt=timezone.now() - KEPT_FOR).delete()
    return count
