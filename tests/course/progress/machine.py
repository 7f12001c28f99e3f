"""Three browsers, two accounts, a bad network and a restored server, against the real endpoint."""

import random
import time
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from django.db import transaction
from django.db.models import Sum
from django.test import Client
from fsrs import Card, Rating, Scheduler
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.models import Notification, User
from course.content.answers import renew
from course.models import (
    Cancellation,
    Clock,
    Completion,
    HeldOperation,
    Lesson,
    Note,
    Operation,
    Question,
    ReviewCard,
)
from course.progress import points
from course.progress.catalogue import CATALOGUE
from course.progress.epochs import start_new_epoch
from gamification.models import Granted, Standing, XPEntry
from pagecache.changes import memory
from tests.course.progress.browser import Browser, Crash, Scope, makes_live, newest_notes, op
from tests.factories import publish_answers

TABLES = [Clock, Operation, Cancellation, HeldOperation, Completion, Note, ReviewCard,
          XPEntry, Standing, Granted, Notification]  # fmt: skip
LATER = "jax-later"  # a lesson that is published in the middle of the story
TARGETS = ["jax-000", "jax-001", "jax-002", "jax-000#exercise", LATER]
QUESTION, BOOKMARK = "jax-000#q:sum", "jax-001#bookmark"
RIGHT, CORRECTED = "a", "b"  # the answer at first, and after the author changed it
NOTES = ["0f0c0e2e-6f4e-4a39-8f3a-0d4f5b6c7d8e", "1f0c0e2e-6f4e-4a39-8f3a-0d4f5b6c7d8e"]
LIBRARY = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
BAD = [
    {"k": "c"},
    {"l": "Not A Lesson"},
    {"at": "yesterday"},
    {"k": 5},
    {"v": 0},
    {"k": "u", "x": ["all"]},
    {"at": 2**70},
    {"k": "a", "l": QUESTION},
    {"k": "c", "l": QUESTION},
    {"k": "n", "m": 7, "t": ""},
    {"k": "r", "l": QUESTION, "g": 5},
]
DAY = 86_400_000  # milliseconds

browsers = st.integers(0, 2)
accounts = st.integers(0, 1)
# What is interesting happens where people and browsers meet: more often on one lesson.
lessons = st.sampled_from(["jax-000", "jax-000", *TARGETS])
undoable = st.sampled_from(["jax-000", BOOKMARK, QUESTION, *TARGETS])


def fold(operations) -> dict[str, set[str]]:
    """live(target), straight from the definition."""
    dead = {uid for each in operations for uid in each.get("x", ())}
    live = defaultdict(set)
    for each in operations:
        if makes_live(each) and each["id"] not in dead:
            live[each["l"]].add(each["id"])
    return {target: ids for target, ids in live.items() if ids}


def schedule(operations, renewed_at) -> tuple[datetime, datetime | None] | None:
    """(due, last review) of the question, by the library alone; None if it is no card."""
    mine = [each for each in operations if each["l"] == QUESTION]
    dead = {uid for each in mine for uid in each.get("x", ())}
    right = [moment(each) for each in mine if makes_live(each)]
    reviews = sorted(
        (moment(each), each["id"], each["g"])
        for each in mine
        if each["k"] == "r" and each["id"] not in dead
    )
    if not reviews and QUESTION not in fold(operations):
        return None
    start = max(right) if QUESTION in fold(operations) else reviews[0][0]
    card = Card(card_id=1, due=start + timedelta(days=1))
    if renewed_at and renewed_at >= start:
        card.due = renewed_at
    for at, _id, grade in reviews:
        if renewed_at is None or at > renewed_at:
            card, _log = LIBRARY.review_card(card, Rating(grade), at)
    return card.due, card.last_review


def moment(operation) -> datetime:
    """When an operation happened by a clock that is right."""
    return datetime.fromtimestamp(operation["at"] / 1000, UTC)


class Story(RuleBasedStateMachine):
    """What may happen; `made` knows every operation that somebody may count on."""

    people: list[User]  # set by the test
    cookies: list[str]
    renews_epoch = True

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        memory.forget({CATALOGUE})
        self.browsers = [Browser(Client(raise_request_exception=False)) for _ in range(3)]
        self.made: dict[str, dict[str, dict]] = {p.public_id: {} for p in self.people}
        self.local: list[dict[str, dict]] = [{}, {}, {}]  # anonymous, by browser
        self.acked: dict[str, set[str]] = {p.public_id: set() for p in self.people}
        self.readable: dict[str, dict] = {}  # every operation ever written that can be read
        self.replays: list[tuple[str, dict]] = []
        self.backup = None
        self.restores = 0
        self.corrected = False  # whether the author changed the question's answer
        self.seen: tuple[int, ...] = ()
        for number in (0, 1):  # most of what is interesting happens to people who are signed in
            self.sign_in(number, number, "add", None)
            self.sync(number)

    @initialize(who=st.none() | accounts)
    def a_second_device(self, who):
        """In most stories somebody has two browsers from the beginning."""
        if who is not None:
            self.sign_in(2, who, "add", None)
            self.sync(2)

    def teardown(self):
        """Everybody syncs in the end; then server, browsers and the definition agree."""
        try:
            self.agree()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            memory.forget({CATALOGUE})

    # --- what people do ----------------------------------------------------------------------

    def write(self, browser: int, operation: dict) -> None:
        """Put an operation into a browser's log, and remember that it was made."""
        b = self.browsers[browser]
        b.add(operation)
        self.readable[operation["id"]] = operation
        (self.made[b.account] if b.account else self.local[browser])[operation["id"]] = operation

    @rule(b=browsers, lesson=lessons)
    def complete(self, b, lesson):
        """Tick a lesson."""
        self.write(b, op("c", lesson))

    @rule(b=browsers, lesson=lessons)
    def study(self, b, lesson):
        """Tick a lesson with a good network."""
        self.complete(b, lesson)
        self.sync(b)

    @rule(b=browsers, given=st.sampled_from([RIGHT, RIGHT, CORRECTED, "z"]))
    def answer(self, b, given):
        """Answer a question by what is right at first, by what is right now, or wrongly."""
        if given == CORRECTED and not self.corrected:
            given = RIGHT
        self.write(b, op("a", QUESTION, g=given, r=given in (RIGHT, CORRECTED)))

    @rule(b=browsers, note=st.sampled_from(NOTES), text=st.sampled_from(["x", "y", "z", ""]),
          ago=st.integers(0, 3))  # fmt: skip
    def write_note(self, b, note, text, ago):
        """Write or delete a note, by a clock that may be some seconds late."""
        at = int(time.time() * 1000) - 1000 * ago
        self.write(b, op("n", "jax-001", m=note, p="", t=text, at=at))

    @rule(b=browsers, grade=st.integers(1, 4), ago=st.integers(0, 40))
    def review(self, b, grade, ago):
        """Review the question, perhaps on a device that was offline for weeks."""
        at = int(time.time() * 1000) - ago * DAY
        self.write(b, op("r", QUESTION, g=grade, at=at))

    @rule(b=browsers, grade=st.integers(1, 4))
    def review_twice_somewhere(self, b, grade):
        """Review it on two days, and sync the later day first."""
        self.review(b, grade, 3)
        [earlier] = list(self.browsers[b].scope.ops.values())[-1:]
        earlier_state = self.browsers[b].scope.ops.pop(earlier["id"])
        self.review(b, 5 - grade, 1)
        self.sync(b)
        self.browsers[b].scope.ops[earlier["id"]] = earlier_state
        self.sync(b)

    @rule(b=browsers)
    def take_back_reviews(self, b):
        """A claim is given back: its reviews as well."""
        scope = self.browsers[b].scope
        reviews = [uid for uid, each in scope.ops.items() if each["k"] == "r" and each["g"] != 5]
        if reviews:
            self.write(b, op("u", QUESTION, x=reviews))

    @rule(b=browsers)
    def bookmark(self, b):
        """Bookmark a lesson."""
        self.write(b, op("b", BOOKMARK))

    @rule(b=browsers, lesson=undoable)
    def undo(self, b, lesson):
        """Untick a lesson, as far as this browser knows it."""
        seen = sorted(self.browsers[b].scope.live().get(lesson, ()))
        if seen:
            self.write(b, op("u", lesson, x=seen))

    @rule(b=browsers, bad=st.sampled_from(BAD), lesson=lessons)
    def malformed(self, b, bad, lesson):
        """An operation that nobody can read; it must not block the one that waits beside it."""
        self.complete(b, lesson)
        operation = op("c", "jax-000") | bad
        if bad == {"k": "c"}:
            del operation["l"]
        self.browsers[b].add(operation)

    @rule(b=browsers, who=accounts, choice=st.sampled_from(["add", "keep", "delete"]),
          crash=st.none() | st.integers(0, 2))  # fmt: skip
    def sign_in(self, b, who, choice, crash):
        """Sign in, with or without local progress; claiming may be cut short and starts again."""
        browser, person = self.browsers[b], self.people[who]
        if browser.account:
            return
        browser.client.cookies["session"] = self.cookies[who]
        browser.sign_in(person.public_id)
        if browser.held_another(person.public_id) and choice == "keep":
            return
        if browser.held_another(person.public_id) and choice == "delete":
            browser.storage["anon"] = Scope()
            self.local[b] = {}
            return
        self.made[browser.account].update(self.local[b])
        self.local[b] = {}
        with suppress(Crash):
            browser.claim(crash_after=crash)
        browser.claim()

    @rule(b=browsers, flush=st.booleans())
    def sign_out(self, b, flush):
        """Sign out, with the network or without; then replay old requests under another name.

        A browser that cannot ask the server forgets what it believes to be safe there: when the
        server went back to a backup meanwhile, that is lost with the backup's loss.
        """
        browser = self.browsers[b]
        if not browser.account:
            return
        self.replays.append((browser.account, browser.body()))
        if flush:
            self.note(b, browser.sync())
            if browser.scope.waiting():  # the server was restored: everything once more
                self.note(b, browser.sync())
        browser.sign_out()
        if self.restores:
            self.forget_the_lost()
        del browser.client.cookies["session"]

    # --- what the network does ---------------------------------------------------------------

    def note(self, b: int, status: int) -> None:
        """Remember what this browser may believe that the server has."""
        browser = self.browsers[b]
        assert status == (200 if browser.account else 401), status
        done = (uid for uid, each in browser.scope.ops.items() if each["st"] == "a")
        if browser.account:
            self.acked[browser.account].update(uid for uid in done)

    @rule(b=browsers)
    def sync(self, b):
        """A sync that works."""
        if self.browsers[b].account:
            self.note(b, self.browsers[b].sync())

    @rule(b=browsers)
    def sync_without_answer(self, b):
        """The server commits, and its answer is lost."""
        if self.browsers[b].account:
            self.browsers[b].sync(drop=True)

    @rule(b=browsers, step=st.integers(0, 3))
    def sync_then_close(self, b, step):
        """The browser is closed while it applies the answer."""
        if self.browsers[b].account:
            with suppress(Crash):
                self.browsers[b].sync(crash_at=step)

    @rule(b=browsers)
    def sync_with_server_crash(self, b):
        """The server dies before it commits."""
        if self.browsers[b].account:
            with patch("course.progress.syncing.bar_for", side_effect=RuntimeError):
                assert self.browsers[b].sync() == 500

    @rule(b=browsers, pick=st.randoms(use_true_random=False))
    def replay(self, b, pick: random.Random):
        """A request of earlier arrives again, perhaps under another account's session.

        It may bring back what a restored server had lost and no browser retained.
        """
        if not self.replays:
            return
        account, body = pick.choice(self.replays)
        browser = self.browsers[b]
        status = browser.post(body).status_code
        assert status in ((200,) if browser.account == account else (409, 401, 200))
        if status == 200:
            ids = (each["id"] for each in body["ops"])
            self.made[account].update(
                {uid: self.readable[uid] for uid in ids if uid in self.readable}
            )

    # --- what happens to the server ----------------------------------------------------------

    @rule()
    def publish(self):
        """A lesson appears that some operations were waiting for."""
        Lesson.objects.filter(uid=LATER).update(status="published")
        memory.forget({CATALOGUE})

    @rule()
    def correct(self):
        """The author publishes another answer; attempts by the first may still be on the way."""
        if not self.corrected:
            self.corrected = True
            question = Question.objects.get()
            renew(question)
            question.save()
            publish_answers(question, CORRECTED)

    @rule()
    def back_up(self):
        """Somebody makes a backup."""
        self.renewed = Question.objects.get().renewed_at
        self.backup = {table: list(table.objects.all()) for table in TABLES}

    @rule()
    def restore(self):
        """The server goes back to the backup; what no browser retains is lost with it."""
        if self.backup is None:
            return
        self.restores += 1
        for table in reversed(TABLES):
            table.objects.all()._raw_delete("default")
        for table, rows in self.backup.items():
            table.objects.bulk_create(rows)
        Question.objects.update(renewed_at=self.renewed)
        memory.forget({CATALOGUE})
        if self.renews_epoch:
            start_new_epoch()
        self.forget_the_lost()

    def forget_the_lost(self):
        """Leave out what neither the backup nor any browser has: nobody can bring that back."""
        there = self.on_server()
        for person in self.people:
            name = f"u:{person.public_id}"
            kept = set(there[person.pk])
            for browser in self.browsers:
                kept |= set(browser.storage.get(name, Scope()).ops)
            made = self.made[person.public_id]
            self.made[person.public_id] = {uid: made[uid] for uid in made if uid in kept}
            self.acked[person.public_id] &= there[person.pk]

    def on_server(self) -> dict[int, set[str]]:
        """Ids of all operations of each learner, those kept aside included."""
        found: dict[int, set[str]] = {person.pk: set() for person in self.people}
        for model in (Operation, HeldOperation):
            for learner, uid in model.objects.values_list("learner_id", "uuid"):
                found[learner].add(str(uid))
        return found

    # --- what must hold ----------------------------------------------------------------------

    @invariant()
    def what_was_told_is_true(self):
        """After every step; a step that reached no server leaves it and its word as they were."""
        if self.server_was_reached():
            self.nothing_acknowledged_is_missing()
            self.xp_is_what_was_ever_completed()

    def server_was_reached(self) -> bool:
        """Whether anything was asked of the server, or done to it, since the last time."""
        now = (self.restores, *(browser.requests for browser in self.browsers))
        reached, self.seen = now != self.seen, now
        return reached

    def nothing_acknowledged_is_missing(self):
        """What a browser was told is safe, is there."""
        there = self.on_server()
        for person in self.people:
            made = self.made[person.public_id].keys()
            assert self.acked[person.public_id] & made <= there[person.pk]
            assert there[person.pk] <= made, "somebody else's operation"

    def xp_is_what_was_ever_completed(self):
        """Total = sum of the ledger = points of what was ever completed."""
        lines = XPEntry.objects.values_list("learner_id", "reason").annotate(Sum("points"))
        ledger, work, ever = Counter(), Counter(), Counter()
        for learner, reason, total in lines:
            ledger[learner] += total
            work[learner] += total if reason in ("lesson", "exercise", "question") else 0
        completed = Operation.objects.filter(kind="c").distinct()
        for learner, _lesson, part in completed.values_list("learner_id", "lesson_id", "part"):
            ever[learner] += points.EXERCISE if part else points.LESSON
        right = Operation.objects.filter(kind="a", right=True).distinct()
        for learner, *_target in right.values_list("learner_id", "lesson_id", "part"):
            ever[learner] += points.QUESTION
        assert work == ever
        assert Counter(dict(Standing.objects.values_list("learner_id", "xp"))) == ledger

    def agree(self):
        """Everybody signs in everywhere and syncs: one truth."""
        self.publish()
        for number, browser in enumerate(self.browsers):
            for person, cookie in zip(self.people, self.cookies, strict=True):
                if f"u:{person.public_id}" not in browser.storage:
                    continue
                browser.account = person.public_id
                browser.client.cookies["session"] = cookie
                self.note(number, browser.sync())
                if browser.scope.waiting():  # the server was restored: everything once more
                    self.note(number, browser.sync())
                assert not browser.scope.waiting(), (browser.scope, browser.account)
        for person in self.people:
            truth = fold(self.made[person.public_id].values())
            newest = newest_notes(self.made[person.public_id].values())
            texts = {name: note["t"] for name, note in newest.items() if note["t"]}
            assert self.server_state(person) == truth
            assert self.server_notes(person) == texts
            made = self.made[person.public_id].values()
            assert self.server_card(person) == schedule(made, Question.objects.get().renewed_at)
            for browser in self.browsers:
                if f"u:{person.public_id}" in browser.storage:
                    browser.account = person.public_id
                    browser.client.cookies["session"] = self.cookies[self.people.index(person)]
                    assert browser.sync() == 200
                    assert browser.scope.live() == truth
                    assert browser.scope.texts() == texts
        self.nothing_acknowledged_is_missing()
        self.xp_is_what_was_ever_completed()

    def server_card(self, person) -> tuple[datetime | None, datetime | None] | None:
        """(due, last review) of the question as the server stores it."""
        row = ReviewCard.objects.filter(learner=person, due__isnull=False).first()
        return (row.due, row.reviewed_at) if row else None

    def server_notes(self, person) -> dict[str, str]:
        """The texts of notes as the server stores them."""
        rows = Note.objects.filter(learner=person).exclude(body="")
        return {str(row.uuid): row.body for row in rows}

    def server_state(self, person) -> dict[str, set[str]]:
        """live(target) as the server stores it."""
        rows = Completion.objects.filter(learner=person, done=True).select_related("lesson")
        return {
            f"{row.lesson.uid}#{row.part}" if row.part else row.lesson.uid: set(row.live)
            for row in rows
        }
