"""Fill the measured site: `python -m tools.bench.seed STAGE …` prints facts as JSON.

Stages: `base QUEST_FOLDER`, `lessons NUMBER`, `learners NUMBER`, `comments NUMBER`, `facts`.
"""

import hashlib
import json
import os
import sys
import uuid
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from allauth.usersessions.models import UserSession  # noqa: E402
from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.sessions import SessionStore  # noqa: E402
from comments.models import Thread  # noqa: E402
from course.content import outlines  # noqa: E402
from course.models import Chapter, ChapterText, Lesson, LessonText, Quest, QuestText  # noqa: E402

MEMBERS = 400  # who send something; the others are only there
COPIED_TEXT = [
    field.column
    for field in LessonText._meta.concrete_fields
    if field.column and field.column not in ("id", "lesson_id")
]


def base(folder: str) -> None:
    """Create a migrated site with one quest and signed-in members."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("import_quest", folder)


def learners(number: int) -> None:
    """Add accounts up to this total, all created long ago."""
    known = User.objects.count()
    joined = timezone.now() - timedelta(days=400)
    User.objects.bulk_create(
        [
            User(
                email=f"l{n}@example.com",
                handle=f"l{n}",
                password="!",
                date_joined=joined,
                time_zone_confirmed=True,
            )
            for n in range(known, number)
        ],
        batch_size=2000,
    )
    Standing = apps.get_model("gamification", "Standing")
    fields = {field.name for field in Standing._meta.get_fields()}
    if {"learner", "xp"} <= fields:
        without = User.objects.exclude(pk__in=Standing.objects.values("learner_id"))
        rows = [Standing(learner=user, xp=user.pk % 3000) for user in without.only("pk")]
        Standing.objects.bulk_create(rows, batch_size=2000)


def lessons(number: int) -> None:
    """Copy the quest until there are this many lessons."""
    original = Quest.objects.order_by("pk").first()
    assert original is not None
    each = original.lessons.count()
    while Lesson.objects.count() < number:
        copy_quest(original, Quest.objects.count() + 1, min(each, number - Lesson.objects.count()))


@transaction.atomic
def copy_quest(original: Quest, copy: int, most: int) -> None:
    """Copy the quest with its texts in the site's first language."""
    quest = Quest.objects.create(
        uid=f"{original.uid}-{copy}", slug=f"{original.slug}-{copy}", position=copy,
        status=original.status,
    )  # fmt: skip
    text = original.texts.get(language=settings.LANGUAGE_CODE)
    QuestText.objects.create(quest=quest, language=text.language, title=text.title)
    chapters = {}
    for chapter in original.chapters.all():
        chapters[chapter.pk] = Chapter.objects.create(
            uid=f"{chapter.uid}-{copy}", quest=quest, slug=chapter.slug, position=chapter.position
        )
        for each in chapter.texts.filter(language=settings.LANGUAGE_CODE):
            ChapterText.objects.create(
                chapter=chapters[chapter.pk], language=each.language, title=each.title
            )
    rows = list(original.lessons.select_related("thread")[:most])
    threads = Thread.objects.bulk_create([Thread(url=r.slug, title=r.slug) for r in rows])
    Lesson.objects.bulk_create(
        [
            Lesson(
                uid=f"{row.uid}-{copy}", quest=quest, chapter=chapters[row.chapter_id],
                slug=row.slug, position=row.position, status=row.status, thread=thread,
                published_at=row.published_at,
            )
            for row, thread in zip(rows, threads, strict=True)
        ]
    )  # fmt: skip
    copy_texts(original, quest)
    outlines.rebuild(quest)


def copy_texts(original: Quest, quest: Quest) -> None:
    """Copy the lessons' texts with SQL."""
    columns = ", ".join(COPIED_TEXT)
    values = ", ".join(f"t.{column}" for column in COPIED_TEXT)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO course_lessontext (lesson_id, {columns}) SELECT new.id, {values} "
            "FROM course_lesson old JOIN course_lessontext t ON t.lesson_id = old.id "
            "JOIN course_lesson new ON new.slug = old.slug AND new.quest_id = %s "
            "WHERE old.quest_id = %s AND t.language = %s",
            [quest.pk, original.pk, settings.LANGUAGE_CODE],
        )


def comments(number: int) -> None:
    """Add this many comments below the first lesson, a third of them replies."""
    from comments.models import Comment

    thread = first_lesson().thread
    authors = list(User.objects.order_by("pk")[:MEMBERS])
    have = thread.comments.count()
    rows = [comment(Comment, thread, authors, n) for n in range(have + 1, number + 1)]
    Comment.objects.bulk_create(rows, batch_size=2000)
    Thread.objects.filter(pk=thread.pk).update(comment_count=number, last_number=number)


def comment(model: Any, thread: Thread, authors: list[User], number: int) -> Any:
    """Return the number-th comment: every third one replies to the first of its group of three."""
    root = number - (number - 1) % 3
    is_reply = number != root
    values = {
        "thread": thread,
        "author": authors[number % len(authors)],
        "language": settings.LANGUAGE_CODE,
        "body": f"댓글 {number}",
        "html": f"<p>댓글 {number}: 잘 읽었어요. 축을 잘못 골랐더니 모양이 바뀌었네요.</p>",
        "number": number,
        "root": root,
        "path": f"{root:08d}{number:08d}" if is_reply else f"{number:08d}",
        "depth": 2 if is_reply else 1,
        "reply_number": number - root,
        "replies_posted": 0 if is_reply else 2,
        "replies_shown": 0 if is_reply else 2,
        "live_replies": 0 if is_reply else 2,
        "shown": True,
        "token": str(uuid.uuid4()),
        "created_at": timezone.now() - timedelta(minutes=100_000 - number),
    }
    return model(**values)


def first_lesson() -> Lesson:
    """Return the measured lesson."""
    lesson = Lesson.objects.published().in_order().select_related("quest", "thread").first()
    assert lesson is not None
    return lesson


def facts() -> dict[str, Any]:
    """Return paths, sessions and ids that requests need."""
    lesson = first_lesson()
    members = list(User.objects.order_by("pk")[:MEMBERS])
    return {
        "lesson": lesson.get_absolute_url(),
        "quest": lesson.quest.get_absolute_url(),
        "quest_uid": lesson.quest.uid,
        "lessons": [each.uid for each in Lesson.objects.in_order()[:73]],
        # For what can be measured once only.
        "unread": [
            each.get_absolute_url()
            for each in Lesson.objects.in_order().select_related("quest").reverse()[:900]
            if each != lesson
        ],
        "words": words(),
        "thread": lesson.thread_id,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "members": [{"id": each.public_id, "session": sign_in(each)} for each in members],
    }


def words() -> list[str]:
    """Return words that occur in lessons."""
    texts = LessonText.objects.filter(language=settings.LANGUAGE_CODE).order_by("lesson_id")[:20]
    found = {word for text in texts for word in text.search_body.split() if 1 < len(word) < 9}
    return sorted(found, key=lambda word: hashlib.sha256(word.encode()).digest())[:1500]


def sign_in(member: User) -> str:
    """Create a session for the member. Returns its key."""
    session = SessionStore()
    session["_auth_user_id"] = str(member.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = member.get_session_auth_hash()
    session.create()
    assert session.session_key
    UserSession.objects.create(user=member, session_key=session.session_key, ip="127.0.0.1")
    return session.session_key


def analyze() -> None:
    """Update the planner's statistics, as autovacuum does on a real site."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    stage, *arguments = sys.argv[1:]
    if stage == "facts":
        print(json.dumps(facts()))
    elif stage == "base":
        base(arguments[0])
    else:
        {"lessons": lessons, "learners": learners, "comments": comments}[stage](int(arguments[0]))
        analyze()
