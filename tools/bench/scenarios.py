"""Requests of each scenario."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tools.bench.load import Result, Target, repeat, request_bytes, send
from tools.bench.server import HEADERS, HOST

Facts = dict[str, Any]
CSRF = "0123456789abcdefghijABCDEFGHIJ01"


@dataclass(frozen=True)
class Scenario:
    """A scenario to measure; `warm` says whether it may be requested beforehand."""

    name: str
    run: Callable[[Target, Facts], Result]
    path: Callable[[Facts], str] | None = None  # of a page, whose size the yardstick takes
    member: bool = False
    warm: bool = False


def member_headers(facts: Facts, index: int = 0) -> dict[str, str]:
    """Return the headers of a signed-in browser."""
    session = facts["members"][index % len(facts["members"])]["session"]
    cookies = f"{facts['session_cookie']}={session}; {facts['csrf_cookie']}={CSRF}"
    return {**HEADERS, "Cookie": cookies}


def posting_headers(facts: Facts, index: int, kind: str) -> dict[str, str]:
    """Return the headers of a signed-in browser's POST, each from a different network."""
    return {
        **member_headers(facts, index),
        "Content-Type": kind,
        "X-CSRFToken": CSRF,
        "Origin": f"https://{HOST}",
        "X-Forwarded-For": f"10.{index // 250 % 250}.{index % 250}.1",
    }


def page(path: Callable[[Facts], str], *, member: bool = False, suffix: str = "") -> Any:
    """Return a run that repeats one URL."""

    def run(target: Target, facts: Facts) -> Result:
        headers = member_headers(facts) if member else HEADERS
        return repeat(target, path(facts) + suffix, headers)

    return run


used = 0


def next_numbers(count: int) -> range:
    """Return numbers that no run of this process has used."""
    global used
    used += count
    return range(used - count, used)


def operation(uid: str) -> dict[str, Any]:
    """Return one completion, in the browser's format."""
    now = int(time.time() * 1000)
    return {
        "v": 1, "id": str(uuid.uuid4()), "k": "c", "l": uid, "at": now, "off": 540,
        "n": 1, "day": time.strftime("%Y-%m-%d"), "tz": "Asia/Seoul",
    }  # fmt: skip


def sync_request(facts: Facts, index: int, uids: list[str]) -> bytes:
    """Return POST /progress/sync/ with a completion for each of the lessons."""
    body = {
        "v": 1,
        "account": facts["members"][index % len(facts["members"])]["id"],
        "device": f"bench-{index}",
        "cursor": 0,
        "epoch": "",
        "now": int(time.time() * 1000),
        "scope": facts["quest_uid"],
        "language": "ko",
        "ops": [operation(uid) for uid in uids],
    }
    headers = posting_headers(facts, index, "application/json")
    return request_bytes("POST", "/progress/sync/", headers, json.dumps(body).encode())


def complete(target: Target, facts: Facts) -> Result:
    """Complete one more lesson for one member after another."""
    uids = facts["lessons"]
    numbers = next_numbers(200)
    requests = [
        sync_request(facts, n, [uids[n // len(facts["members"]) % len(uids)]]) for n in numbers
    ]
    return send(target, requests)


def sync_all(target: Target, facts: Facts) -> Result:
    """Complete every lesson of the quest at once, as after weeks without an account."""
    numbers = next_numbers(100)
    return send(target, [sync_request(facts, n, facts["lessons"]) for n in numbers])


def reply(target: Target, facts: Facts) -> Result:
    """Post a comment in the lesson's thread, by one member after another."""
    requests = []
    for n in next_numbers(len(facts["members"])):
        form = {"body": f"잘 읽었어요 {n}", "token": str(uuid.uuid4())}
        headers = posting_headers(facts, n, "application/x-www-form-urlencoded")
        path = f"/threads/{facts['thread']}/write/"
        requests.append(request_bytes("POST", path, headers, urlencode(form).encode()))
    return send(target, requests)


def lesson_path(facts: Facts) -> str:
    """Return the path of the measured lesson."""
    return str(facts["lesson"])


def quest_path(facts: Facts) -> str:
    """Return the path of its quest."""
    return str(facts["quest"])


def thread_path(facts: Facts) -> str:
    """Return the path of the lesson's thread."""
    return f"/threads/{facts['thread']}/"


def home_path(facts: Facts) -> str:
    """Return the path of the front page."""
    return "/"


def search_path(facts: Facts) -> str:
    """Return the path of a search for a common word of two syllables."""
    return f"/search/?q={quote('배열')}"


def first_reader(target: Target, facts: Facts) -> Result:
    """Request lessons that this process has not rendered before, once each."""
    paths = take(facts["unread"])
    return send(target, [request_bytes("GET", path, HEADERS) for path in paths])


def new_words(target: Target, facts: Facts) -> Result:
    """Search for words that were not searched before, once each."""
    paths = [f"/search/?q={quote(word)}" for word in take(facts["words"])]
    return send(target, [request_bytes("GET", path, HEADERS) for path in paths])


def take(stock: list[str]) -> list[str]:
    """Return the next single-use items. Raises when none is left to measure."""
    most = 120 if len(stock) >= 240 else 24  # of 72 lessons, three runs get 24 each
    taken, stock[:] = stock[:most], stock[most:]
    if not taken:
        raise ValueError("the site is too small for so many runs")
    return taken


def scenario(name: str, path: Callable[[Facts], str], **how: Any) -> Scenario:
    """Return a scenario that repeats one page."""
    return Scenario(name, page(path, **how), path, member=how.get("member", False), warm=True)


SCENARIOS = [
    scenario("Lesson, anonymous, from the page cache", lesson_path),
    scenario("Lesson, anonymous, not cached", lesson_path, suffix="?not=cached"),
    Scenario("Lesson, anonymous, first reader", first_reader, lesson_path),
    scenario("Lesson, member", lesson_path, member=True),
    scenario("Quest, anonymous, from the page cache", quest_path),
    scenario("Quest, anonymous, not cached", quest_path, suffix="?not=cached"),
    scenario("Quest, member", quest_path, member=True),
    scenario("Home, anonymous, from the page cache", home_path),
    scenario("Home, member", home_path, member=True),
    scenario("First page of a thread", thread_path, suffix="?not=cached"),
    scenario("Search, words that were asked before", search_path),
    Scenario("Search, new words", new_words, search_path),
    Scenario("Completing a lesson", complete),
    Scenario("Syncing 73 lessons", sync_all),
    Scenario("Posting in the thread", reply),
]
