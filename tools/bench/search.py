"""`python -m tools.bench.search [--lessons 500] [--quest FOLDER]`: CPU of words never asked before.

Fills a throwaway Postgres like the other measurements, gives each lesson words of its own, as
natural language has them, and looks for words of each kind once. CPU is the process's own; what
the database does comes on top. Nothing is kept: every query is another one.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from tests.with_postgres import cluster, find_binaries
from tools.bench.server import ROOT, environment, manage

EACH = 60  # queries of a kind
OWN_WORDS = 150  # of a lesson, which no other one has


def arguments() -> argparse.Namespace:
    """Parse the command line; `--measure` is how the script calls itself."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.search", description=__doc__)
    parser.add_argument("--lessons", type=int, default=500)
    parser.add_argument("--quest", default=str(ROOT / "fixtures" / "quests" / "jax"))
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def add_own_words(chance: random.Random) -> None:
    """Give each lesson words that no other one has."""
    from course.models import LessonText
    from course.models.content import new_stamp

    for text in LessonText.objects.only("pk", "search_body"):
        words = " ".join(invented(chance) for _ in range(OWN_WORDS))
        LessonText.objects.filter(pk=text.pk).update(
            search_body=f"{text.search_body} {words}", search_stamp=new_stamp()
        )


def invented(chance: random.Random) -> str:
    """Return a word of two to five syllables."""
    return "".join(chr(chance.randrange(0xAC00, 0xD7A4)) for _ in range(chance.randrange(2, 6)))


def queries(chance: random.Random) -> dict[str, list[str]]:
    """Return queries of each kind: as written, glued, with a typo, nowhere, messages."""
    from course.content.failures import failures
    from course.models import Lesson, LessonText

    bodies = LessonText.objects.filter(language="ko").values_list("search_body", flat=True)[:100]
    texts = [body.split() for body in bodies]
    words = [word for text in texts for word in text if 2 <= len(word) <= 8]
    pairs = [a + b for text in texts for a, b in pairwise(text)]
    lines = [each.line for each in failures(Lesson.objects.all())]
    return {
        "a word as written": chance.sample(sorted(set(words)), EACH),
        "four words": [" ".join(chance.sample(words, 4)) for _ in range(EACH)],
        "two words glued": [p for p in chance.sample(pairs, 4 * EACH) if 4 <= len(p) < 16][:EACH],
        "a typo": [typo(chance.choice(words), chance) for _ in range(EACH)],
        "eight words, a typo each": [
            " ".join(typo(chance.choice(words), chance) for _ in range(8)) for _ in range(EACH)
        ],
        "invented words": [invented(chance) for _ in range(EACH)],
        "error messages": [f"{chance.choice(lines)} {n}" for n in range(EACH)],
    }


def typo(word: str, chance: random.Random) -> str:
    """Return the word with one letter changed (a Jamo of a syllable)."""
    place = chance.randrange(len(word))
    letter = word[place]
    other = chr(min(0xD7A3, ord(letter) + 28)) if "가" <= letter <= "힣" else "q"
    return word[:place] + other + word[place + 1 :]


def measure() -> None:
    """Print the CPU milliseconds of each kind of query; run inside the seeded site."""
    import django

    django.setup()
    from course.content.access import ANYBODY
    from course.search import index
    from course.search.finding import look, terms_of

    chance = random.Random(7)
    add_own_words(chance)
    kinds = queries(chance)
    started = time.process_time()
    for warm in ("배열", "zzqqzz", "TypeError: a b c"):
        look(warm, terms_of(warm), "ko", ANYBODY, 1)
    first = time.process_time() - started
    index.indexes.clear()  # as in a process that starts later
    started = time.process_time()
    look("배열", terms_of("배열"), "ko", ANYBODY, 1)
    later = time.process_time() - started
    everything: list[float] = []
    print(f"first search of all: {1000 * first:,.0f} ms of CPU, words in no lesson and errors too")
    print(f"first search of a later process: {1000 * later:,.0f} ms of CPU")
    for kind, asked in kinds.items():
        spent = []
        for query in asked:
            started = time.process_time()
            look(query, terms_of(query), "ko", ANYBODY, 1)
            spent.append(1000 * (time.process_time() - started))
        everything += spent
        print(f"{kind:26} {said(spent)}")
    print(f"{'all':26} {said(everything)}")


def said(spent: list[float]) -> str:
    """Return median, p95 and maximum."""
    p95 = statistics.quantiles(spent, n=20)[-1]
    return f"p50 {statistics.median(spent):6.1f}  p95 {p95:6.1f}  most {max(spent):6.1f} ms of CPU"


def main() -> int:
    """Seed a throwaway site and measure it. Returns the exit code."""
    options = arguments()
    if options.measure:
        measure()
        return 0
    binaries = find_binaries()
    if binaries is None:
        print("Postgres is not installed (apt install postgresql).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, cluster(binaries) as url:
        env = environment(url, Path(folder))
        manage(["-m", "tools.bench.seed", "base", options.quest], env)
        manage(["-m", "tools.bench.seed", "lessons", str(options.lessons)], env)
        print(manage(["-m", "tools.bench.search", "--measure"], env), end="")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
