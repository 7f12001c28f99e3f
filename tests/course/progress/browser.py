"""A learner's browser, modelled in Python just as static/js/progress works."""

import copy
import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo


def op(kind="c", lesson="jax-000", *, at=None, off=0, tz="Asia/Seoul", day=None, x=None, **more):
    """One operation as a browser writes it."""
    at = int(time.time() * 1000) if at is None else at
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(tz)) if abs(at) < 10**13 else None
    today = day or (local.date().isoformat() if local else None)
    body = {"v": 1, "id": str(uuid.uuid4()), "k": kind, "l": lesson}
    body |= {"at": at, "off": off, "day": today, "tz": tz, "n": 0}
    return body | ({"x": x or []} if kind == "u" else {}) | more


def envelope(account: str, ops=(), *, cursor=0, epoch="", **more) -> dict:
    """The body of a sync."""
    return {"v": 1, "account": account, "device": "test", "cursor": cursor, "epoch": epoch,
            "now": int(time.time() * 1000), "ops": list(ops)} | more  # fmt: skip


def post_json(client, url: str, body):
    """POST a JSON body."""
    return client.post(url, json.dumps(body), content_type="application/json")


def post_sync(client, learner, ops=(), **more):
    """POST /progress/sync/ as the given learner's browser."""
    return post_json(client, "/progress/sync/", envelope(learner.public_id, ops, **more))


def makes_live(operation: dict) -> bool:
    """Whether it makes its target live: a tick, a right answer, a bookmark."""
    kind = operation["k"]
    return kind in ("c", "b") or (kind == "a" and operation.get("r", False))


def newest_notes(operations) -> dict[str, dict]:
    """Return the newest operation of each note, deleted notes included, by the note's id."""
    found: dict[str, dict] = {}
    for each in operations:
        if each["k"] == "n":
            known = found.get(each["m"])
            if known is None or place_in_time(known) < place_in_time(each):
                found[each["m"]] = each
    return found


def place_in_time(note: dict) -> tuple[int, str]:
    """What decides between two texts of a note."""
    return note["at"] + note.get("off", 0), note["id"]


class Crash(Exception):
    """The browser was closed at this moment."""


@dataclass
class Scope:
    """What localStorage holds under one scope."""

    ops: dict[str, dict] = field(default_factory=dict)  # id: operation with "st"
    snap: dict[str, list[str]] | None = None
    notes: dict[str, dict] | None = None
    cursor: int = 0
    epoch: str = ""

    def waiting(self) -> list[dict]:
        """Operations that the server has not acknowledged."""
        return [each for each in self.ops.values() if each["st"] == "p"]

    def live(self) -> dict[str, set[str]]:
        """What this browser believes is done."""
        every = [each for each in self.ops.values() if isinstance(each.get("l"), str)]
        seen = [each for each in every if each["st"] == "p" or self.snap is None]
        found = {lesson: set(ids) for lesson, ids in (self.snap or {}).items()}
        for each in seen:
            if makes_live(each):
                found.setdefault(each["l"], set()).add(each["id"])
        dead = {uid for each in seen if each["k"] == "u" for uid in each["x"]}
        return {lesson: ids - dead for lesson, ids in found.items() if ids - dead}

    def texts(self) -> dict[str, str]:
        """What this browser believes its notes to say."""
        seen = [each for each in self.ops.values() if each["st"] == "p" or self.notes is None]
        newest = newest_notes([*(self.notes or {}).values(), *seen])
        return {name: note["t"] for name, note in newest.items() if note["t"]}


class Browser:
    """One browser profile: storage, and who is signed in."""

    cursor_before_delta = False  # a seeded fault
    ignores_epoch = False  # a seeded fault

    def __init__(self, client):
        self.client = client
        self.storage: dict[str, Scope] = {"anon": Scope()}
        self.account = ""
        self.requests = 0

    @property
    def name(self) -> str:
        """The scope in use."""
        return f"u:{self.account}" if self.account else "anon"

    @property
    def scope(self) -> Scope:
        """What is stored under it."""
        return self.storage.setdefault(self.name, Scope())

    def add(self, operation: dict) -> dict:
        """Write an operation to the log."""
        self.scope.ops[operation["id"]] = operation | {"st": "p"}
        return operation

    def held_another(self, account: str) -> bool:
        """Whether another account was ever used here."""
        return any(name not in ("anon", f"u:{account}") for name in self.storage)

    def sign_in(self, account: str) -> None:
        """Someone signs in; claiming is a separate step."""
        self.account = account
        self.storage.setdefault(self.name, Scope())

    def claim(self, *, crash_after: int | None = None) -> list[dict]:
        """Copy each anonymous key into the account's scope, then delete it, one after another."""
        anon = self.storage["anon"]
        claimed = []
        for number, (uid, operation) in enumerate(list(anon.ops.items())):
            self.scope.ops.setdefault(uid, copy.deepcopy(operation) | {"st": "p"})
            if number == crash_after:
                raise Crash
            del anon.ops[uid]
            claimed.append(operation)
        return claimed

    def sign_out(self) -> None:
        """Keep what the server has not acknowledged; forget the rest."""
        self.scope.ops = {uid: each for uid, each in self.scope.ops.items() if each["st"] == "p"}
        self.scope.snap = self.scope.notes = None
        self.account = ""

    def body(self) -> dict:
        """What this browser would send now."""
        scope = self.scope
        own = ("st", "r")
        sent = [{k: v for k, v in each.items() if k not in own} for each in scope.waiting()]
        cursor = scope.cursor if scope.snap is not None else 0
        return envelope(self.account, sent, cursor=cursor, epoch=scope.epoch)

    def post(self, body: dict):
        """One request to the real endpoint."""
        self.requests += 1
        return post_json(self.client, "/progress/sync/", body)

    def sync(self, *, drop=False, crash_at: int | None = None) -> int:
        """Push and pull once; the answer may be lost, or the browser closed while applying it."""
        response = self.post(self.body())
        if drop or response.status_code != 200:
            return response.status_code
        steps = [self.take_delta, self.take_epoch, self.take_cursor, self.take_verdicts]
        if self.cursor_before_delta:
            steps = [self.take_epoch, self.take_cursor, self.take_delta, self.take_verdicts]
        for number, step in enumerate(steps):
            if number == crash_at:
                raise Crash
            step(response.json())
        return 200

    def take_delta(self, answer: dict) -> None:
        """First: what changed elsewhere."""
        snap = {} if answer["full"] or self.scope.snap is None else dict(self.scope.snap)
        snap.update({row["l"]: row["live"] for row in answer["delta"]})
        self.scope.snap = snap
        notes = {} if answer["full"] or self.scope.notes is None else dict(self.scope.notes)
        for row in answer["notes"]:
            notes[row["m"]] = {"k": "n", "m": row["m"], "t": row["t"],
                               "at": row["at"], "id": row["by"]}  # fmt: skip
        self.scope.notes = {name: note for name, note in notes.items() if note["t"]}

    def take_epoch(self, answer: dict) -> None:
        """A restored server gets everything again."""
        if self.ignores_epoch or self.scope.epoch in ("", answer["epoch"]):
            return
        for operation in self.scope.ops.values():
            operation["st"] = "p" if operation["st"] == "a" else operation["st"]

    def take_cursor(self, answer: dict) -> None:
        """Then: up to where."""
        self.scope.cursor, self.scope.epoch = answer["cursor"], answer["epoch"]

    def take_verdicts(self, answer: dict) -> None:
        """Last: what the server has."""
        kept = [*answer["acked"], *(each["id"] for each in answer["held"])]
        for state, ids in (("a", kept), ("r", [each["id"] for each in answer["rejected"]])):
            for uid in ids:
                if uid in self.scope.ops:
                    self.scope.ops[uid]["st"] = state
