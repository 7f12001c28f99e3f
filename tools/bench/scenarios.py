"""What is asked of the site, as requests."""

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
    """A thing to measure. `part` names the app without which there is nothing to measure."""

    name: str
    run: Callable[[Target, Facts], Result]
    path: Callable[[Facts], str] | None = None  # of a page, whose size the yardstick takes
    member: bool = False
    part: str = ""


def member_headers(facts: Facts, index: int = 0) -> dict[str, str]:
    """What a signed-in browser sends."""
    session = facts["members"][index % len(facts["members"])]["session"]
    cookies = f"{facts['session_cookie']}={session}; {facts['csrf_cookie']}={CSRF}"
    return {**HEADERS, "Cookie": cookies}


def posting_headers(facts: Facts, index: int, kind: str) -> dict[str, str]:
    """What a signed-in browser sends with a POST; each comes from a network of its own."""
    return {
        **member_headers(facts, index),
        "Content-Type": kind,
        "X-CSRFToken": CSRF,
        "Origin": f"https://{HOST}",
        "X-Forwarded-For": f"10.{index // 250 % 250}.{index % 250}.1",
    }


def page(path: Callable[[Facts], str], *, member: bool = False, suffix: str = "") -> Any:
    """A scenario's run: one address again and again."""

    def run(target: Target, facts: Facts) -> Result:
        headers = member_headers(facts) if member else HEADERS
        return repeat(target, path(facts) + suffix, headers)

    return run


used = 0


def next_numbers(count: int) -> range:
    """Numbers that no run of this process has used."""
    global used
    used += count
    return range(used - count, used)


def operation(uid: str) -> dict[str, Any]:
    """One tick, as the browser notes it."""
    now = int(time.time() * 1000)
    return {
        "id": str(uuid.uuid4()), "kind": "c", "target": f"l:{uid}", "at": now, "off": 540,
        "seq": 1, "day": time.strftime("%Y-%m-%d"), "zone": "Asia/Seoul",
    }  # fmt: skip


def sync_request(facts: Facts, index: int, uids: list[str]) -> bytes:
    """POST /progress/sync/ with a tick for each of the lessons."""
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
    """One lesson more for one member after the other."""
    uids = facts["lessons"]
    numbers = next_numbers(len(facts["members"]))
    requests = [
        sync_request(facts, n, [uids[n // len(facts["members"]) % len(uids)]]) for n in numbers
    ]
    return send(target, requests)


def sync_all(target: Target, facts: Facts) -> Result:
    """Every lesson of the quest at once, as after weeks without an account."""
    numbers = next_numbers(100)
    return send(target, [sync_request(facts, n, facts["lessons"]) for n in numbers])


def reply(target: Target, facts: Facts) -> Result:
    """A comment in the thread of the lesson, by one member after the other."""
    requests = []
    for n in next_numbers(len(facts["members"])):
        form = {"body": f"잘 읽었어요 {n}", "token": str(uuid.uuid4())}
        headers = posting_headers(facts, n, "application/x-www-form-urlencoded")
        path = f"/threads/{facts['thread']}/write/"
        requests.append(request_bytes("POST", path, headers, urlencode(form).encode()))
    return send(target, requests)


def lesson_path(facts: Facts) -> str:
    """The measured lesson."""
    return str(facts["lesson"])


def quest_path(facts: Facts) -> str:
    """Its quest."""
    return str(facts["quest"])


def thread_path(facts: Facts) -> str:
    """The lesson's conversation on its own."""
    return f"/threads/{facts['thread']}/"


def search_path(facts: Facts) -> str:
    """A search with a common word of two syllables."""
    return f"/search/?q={quote('배열')}"


SCENARIOS = [
    Scenario("Lesson, anonymous, from the page cache", page(lesson_path), lesson_path),
    Scenario("Lesson, anonymous, not cached", page(lesson_path, suffix="?not=cached"), lesson_path),
    Scenario("Lesson, member", page(lesson_path, member=True), lesson_path, member=True),
    Scenario("Quest, anonymous, from the page cache", page(quest_path), quest_path),
    Scenario("Quest, anonymous, not cached", page(quest_path, suffix="?not=cached"), quest_path),
    Scenario("Quest, member", page(quest_path, member=True), quest_path, member=True),
    Scenario("Home, anonymous, from the page cache", page(lambda facts: "/"), lambda facts: "/"),
    Scenario("Search, anonymous", page(search_path), search_path),
    Scenario("Completing a lesson", complete, part="/progress/sync/"),
    Scenario("Syncing 73 lessons", sync_all, part="/progress/sync/"),
    Scenario("Posting in the thread", reply, part="/threads/"),
]
