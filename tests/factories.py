"""Factories for test data: users, quests, threads, comments, reports, achievements.

Each function creates what the site itself would create.
"""

import uuid
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.models import User
from accounts.notifications import Notice
from comments import reports
from comments.conversation import posting
from comments.models import BugReport, Comment, Thread
from course.content import outlines
from course.content.answers import digest_of
from course.models import (
    Chapter,
    Lesson,
    LessonText,
    Quest,
    Question,
    QuestText,
    RightAnswer,
    Tag,
)
from gamification.facts import Facts
from gamification.models import Achievement, Level
from gamification.xp import Grant
from pagecache.changes import memory

TODAY = date(2026, 11, 22)


# People


def make_person(name: str, **fields) -> User:
    """An account whose password is its handle twice."""
    standard = {"email": f"{name}@example.com", "password": f"{name}-{name}", "handle": name}
    return User.objects.create_user(**standard | fields)


def verify(user: User) -> User:
    """Give the user their address as a verified one."""
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def settle(user: User) -> User:
    """Make an account old and verified, which lifts the limits of new accounts."""
    user.date_joined = timezone.now() - timedelta(days=30)
    user.save()
    return verify(user)


def make_settled(name: str, **fields) -> User:
    """Create a user whose account is a month old."""
    return settle(make_person(name, **fields))


def list_device(user: User, session_key: str | None) -> UserSession:
    """Put a session into the list of devices, as signing in through the pages does."""
    return UserSession.objects.create(
        user=user, session_key=session_key, ip="127.0.0.1", user_agent="A test"
    )


def make_notice(learner: User, key: str = "reply:1", **fields) -> Notice:
    """A notice as comments would make it."""
    values = {"kind": "reply", "text": f"준님이 답글을 남겼어요 ({key})", "url": "/lessons/jit/#c1"}
    return Notice(learner, key, **{**values, **fields})


# Quests


def make_quest(uid: str = "jax", lessons: int = 5, *, exercises: bool = True, chapters: int = 1):
    """A published quest with so many published lessons, spread over its chapters."""
    quest = Quest.objects.create(uid=uid, slug=uid, status="published", source_language="ko")
    for language in ("ko", "en"):
        QuestText.objects.create(quest=quest, language=language, title=f"{uid} {language}")
    parts = [
        Chapter.objects.create(quest=quest, uid=f"{uid}-ch{n}", slug=f"ch{n}", position=n)
        for n in range(chapters)
    ]
    made = [
        make_lesson(quest, parts[n * chapters // lessons], n, exercises=exercises)
        for n in range(lessons)
    ]
    outlines.rebuild(quest)
    memory.clear()
    return quest, made


def make_lesson(quest, chapter, number: int, *, exercises: bool = True, **fields) -> Lesson:
    """A published lesson with a text in both languages."""
    uid = fields.pop("uid", f"{quest.uid}-{number:03d}")
    lesson = Lesson.objects.create(
        **{"uid": uid, "slug": uid, "quest": quest, "chapter": chapter, "position": number,
           "status": "published", "published_at": timezone.now(),
           "thread": Thread.objects.create(url=f"/quests/{quest.slug}/{uid}/", title=uid)}
        | fields
    )  # fmt: skip
    for language in ("ko", "en"):
        LessonText.objects.create(
            lesson=lesson,
            language=language,
            title=f"{uid} {language}",
            body="본문",
            body_html="<p>본문</p>",
            exercise="해 보세요" if exercises else "",
            exercise_html="<p>해 보세요</p>" if exercises else "",
            answer="답" if exercises else "",
            answer_html="<p>답</p>" if exercises else "",
            changed_at=timezone.now(),
        )
    return lesson


def tag(lesson: Lesson, slug: str) -> None:
    """Give a lesson a tag."""
    lesson.tags.add(Tag.objects.get_or_create(slug=slug)[0])
    memory.clear()


def ask(lesson: Lesson, name: str, kind: str = "choice", *right: str, **shared) -> Question:
    """Give a published lesson a question with these right answers (canonical values)."""
    words = {"prompt": name, "why": "왜", "choices": ["하나", "둘"]}
    question = Question.objects.create(
        lesson=lesson,
        name=name,
        kind=kind,
        shared=shared or {"answer": right[0] if right else "a"},
        texts={"ko": words},
    )
    publish_answers(question, *(right or ("a",)))
    return question


def publish_answers(question: Question, *right: str) -> None:
    """Publish more answers as right, as saving a lesson does."""
    for value in right:
        RightAnswer.objects.create(question=question, value=value, digest=digest_of(value))
    memory.clear()


# Conversations


def make_comment(thread: Thread, author: User, body: str = "안녕하세요", **details) -> Comment:
    """Post a comment: `make_comment(thread, author, "text", parent=None)`."""
    details.setdefault("language", "ko")
    details.setdefault("token", str(uuid.uuid4()))
    return posting.post(thread=thread, author=author, body=body, **details)


def fill_thread(thread: Thread, author: User, roots: int, replies: int = 0) -> None:
    """Many comments at once, as posting would have left them."""
    rows, number = [], thread.last_number
    for _ in range(roots):
        number += 1
        root = number
        rows.append(stored_comment(thread, author, number, root, f"{number:08d}", 1, 0, replies))
        for reply in range(1, replies + 1):
            number += 1
            path = f"{root:08d}{number:08d}"
            rows.append(stored_comment(thread, author, number, root, path, 2, reply, 0))
    Comment.objects.bulk_create(rows, batch_size=500)
    thread.last_number = number
    thread.comment_count += len(rows)
    thread.save()


def stored_comment(thread, author, number, root, path, depth, reply, replies) -> Comment:
    """One comment without a parent; `fill_thread` links nothing, pages don't need it."""
    return Comment(
        thread=thread,
        author=author,
        language="ko",
        body=f"글 {number}",
        html=f"<p>글 {number}</p>",
        number=number,
        root=root,
        path=path,
        depth=depth,
        reply_number=reply,
        replies_posted=replies,
        replies_shown=replies,
        live_replies=replies,
        shown=True,
        token=str(uuid.uuid4()),
    )


def make_report(
    thread: Thread, reporter: User | None = None, body: str = "출력이 본문과 달라요", **details
) -> BugReport:
    """A report of something wrong."""
    details.setdefault("form_token", str(uuid.uuid4()))
    fault = reports.Fault(category="wrong", body=body)
    return reports.file(thread=thread, reporter=reporter, fault=fault, **details)


# Levels and achievements


def make_levels(*starts: int) -> None:
    """Levels 0, 1, … that start at the given XP."""
    for number, xp_from in enumerate(starts):
        Level.objects.update_or_create(
            number=number,
            defaults={
                "xp_from": xp_from,
                "title_ko": f"레벨 {number}",
                "title_en": f"Level {number}",
            },
        )


def make_achievement(
    slug: str, kind: str, *, xp: int = 0, scope: str = "", **params
) -> Achievement:
    """Store an achievement; further keyword arguments are the parameters of its rule."""
    fields = {name: params.pop(name) for name in ("hidden", "active", "position") if name in params}
    return Achievement.objects.create(
        slug=slug,
        kind=kind,
        params=params,
        xp=xp,
        scope=scope,
        icon="🏅",
        title_ko=f"업적 {slug}",
        title_en=f"Achievement {slug}",
        description_ko=f"{slug} 설명",
        description_en=f"About {slug}",
        **fields,
    )


def make_rules() -> None:
    """Three levels and an achievement."""
    make_levels(0, 100, 200)
    make_achievement("five", "lessons", n=5, xp=50)
    memory.clear()


def make_facts(days: int = 0, totals: dict[str, int] | None = None, **counts: int) -> Facts:
    """Facts with the last `days` days as learning days; `__` in a name stands for `:`."""
    return Facts(
        counts={name.replace("__", ":"): count for name, count in counts.items()},
        totals=totals or {},
        days=frozenset(TODAY - timedelta(days=back) for back in range(days)),
        today=TODAY,
    )


def lesson_grants(count: int, points: int = 20) -> list[Grant]:
    """Grants for so many lessons."""
    return [Grant("lesson", f"lesson-{number}", points) for number in range(count)]
