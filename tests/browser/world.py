"""Test data with something on every page: lessons, users, progress, comments, reports, mail."""

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone

from accounts.models import MailPreference, User
from accounts.notifications import Notice, notify_many
from accounts.push import keys as push_keys
from accounts.push.devices import subscribe
from accounts.registry import profile_sections
from comments import reports
from comments.conversation import marking
from comments.desk import moderation
from comments.groups import ensure_moderators
from comments.models import BlockedWord, BugReport, CannedReply, Comment
from course.authoring import proofs
from course.authoring.previews import make_link
from course.models import Announcement, Lesson, Part, ProofComment, Quest, ReviewCard
from course.progress.answers import save_answer
from course.progress.attempts import attempt
from course.progress.marking import bookmark, complete
from course.progress.notebook import write_note
from course.rhythm.choosing import Chosen, choose
from credentials.badges.keys import new_keys
from credentials.finished import CHAPTER, Scope
from credentials.issuing import issue
from credentials.models import Certificate
from gamification.models import Achievement, Level, Preference
from tests.accounts.push_service import Device
from tests.factories import list_device, make_comment, make_person, verify
from tests.remembered import import_once, remembered

LONG_COMMENT = """`vmap`이 배치 차원을 **어디에** 붙이는지 궁금해요. 아래처럼 쓰면 되나요?

```python
batched = jax.vmap(lambda x, w: jnp.tanh(x @ w) + some_long_function_name(x), in_axes=(0, None))
```

> 레슨에는 `in_axes=0`만 나와서요.

| 방법 | 결과 |
|---|---|
| `vmap` | 빠름 |
| 반복문 | 느림 |
"""


@dataclass
class World:
    """Rows whose ids the page URLs need."""

    learner: User
    other: User
    staff: User
    moderator: User
    quest: Quest
    lesson: Lesson
    comment: Comment
    answer: Comment
    held: Comment
    report: BugReport
    preview: str
    certificate: Certificate


@cache
def site_keys() -> dict[str, str]:
    """The keys of a site that signs certificates and pushes notices, made once in a run."""
    return {"BADGE_KEYS": new_keys(), "PUSH_KEY": push_keys.new_key()}


def filled_site(settings) -> World:
    """What `fill_site` makes, on a site that has every key."""
    for name, key in site_keys().items():
        setattr(settings, name, key)
    settings.PROOFREADING = True
    return remembered("site", fill_site)


def fill_site() -> World:
    """Fill an empty database; returns what is in it."""
    import_once(settings.BASE_DIR / "fixtures" / "quests" / "jax")
    call_command("load_rules", verbosity=0)
    ensure_moderators(apps)
    people = make_people()
    lesson = Lesson.objects.select_related("quest", "thread").get(slug="what-is-jax")
    learn(people["minji"], lesson)
    choose(learner=people["minji"], chosen=Chosen("lessons", 7, remind_hour=20))
    talk = converse(people, lesson)
    tell(people["minji"])
    read_for_each_other(people["sora"], lesson)
    Announcement.objects.create(
        titles={"ko": "새 퀘스트가 열렸어요", "en": "A new quest is open"},
        bodies={"ko": "천천히 시작해 봐요.", "en": "Take your time."},
        bodies_html={"ko": "<p>천천히 시작해 봐요.</p>", "en": "<p>Take your time.</p>"},
    )
    return World(
        people["minji"],
        people["jun"],
        people["sora"],
        people["haneul"],
        lesson.quest,
        lesson,
        *talk,
        f"/preview/{make_link(lesson=lesson, author=people['sora'])}/",
        certify(people["minji"], lesson),
    )


def make_people() -> dict[str, User]:
    """Create Minji and Jun (learners), Sora (author) and Haneul (moderator)."""
    from django.contrib.auth.models import Group

    names = {"minji": "민지", "jun": "준", "sora": "소라", "haneul": "하늘"}
    people = {}
    for handle, name in names.items():
        people[handle] = make_person(
            handle,
            password=f"{handle}-over-seoul-7",
            display_name=name,
            is_staff=handle in {"sora", "haneul"},
            is_superuser=handle == "sora",
            profile_public=True,
            profile_sections=list(profile_sections),
            date_joined=timezone.now() - timedelta(days=90),
        )
        verify(people[handle])
        Preference.objects.create(learner=people[handle], on_leaderboard=True)
    people["haneul"].groups.add(Group.objects.get(name="Moderator"))
    return people


def learn(learner: User, lesson: Lesson) -> None:
    """Some lessons done, one exercise and one question answered, a note and a bookmark."""
    for each in Lesson.objects.filter(quest=lesson.quest).order_by("pk")[:5]:
        complete(learner=learner, lesson=each)
    complete(learner=learner, lesson=lesson, part=Part.EXERCISE.value)
    save_answer(learner=learner, lesson=lesson, body="제 답이에요.", seen=0)
    for question in lesson.questions.filter(retired=False):
        given = question.right_answers.values_list("value", flat=True)[0].partition("±")[0]
        attempt(learner=learner, lesson=lesson, name=question.name, given=given)
    ReviewCard.objects.filter(learner=learner).update(due=timezone.now())  # as if days had passed
    bookmark(learner=learner, lesson=lesson)
    write_note(learner=learner, lesson=lesson, body="`jnp`는 다시 읽어 볼 것")


def certify(learner: User, lesson: Lesson) -> Certificate:
    """Finish the lesson's chapter and get the certificate of it, open to everybody."""
    for each in Lesson.objects.filter(chapter=lesson.chapter):
        complete(learner=learner, lesson=each)
    scope = Scope(CHAPTER, lesson.chapter.uid)
    return issue(learner=learner, scope=scope, name="김민지", public=True)[0]


def converse(
    people: dict[str, User], lesson: Lesson
) -> tuple[Comment, Comment, Comment, BugReport]:
    """Create comments four levels deep, a held and a hidden one, and a bug report."""
    thread = lesson.thread

    def say(who: str, body: str, parent: Comment | None = None) -> Comment:
        return make_comment(thread, people[who], body, parent=parent)

    BlockedWord.objects.create(word="casino")
    first = say("minji", LONG_COMMENT)
    answer = say("jun", "맞아요, `in_axes=(0, None)`이면 돼요. 두 번째 인자는 그대로 둬요.", first)
    third = say("minji", "고마워요! 바로 해 볼게요.", answer)
    say("sora", "본문에도 이 예를 더했어요.", third)
    held = say("jun", "Visit my casino")
    hidden = say("jun", "지워질 글")
    moderation.hide(comment=hidden, by=people["haneul"], reason="advertising")
    marking.mark_helpful(comment=answer, learner=people["minji"], helpful=True)
    marking.flag(comment=answer, learner=people["sora"], reason="spam", note="광고 같아요")
    moderation.sanction(
        learner=people["jun"], by=people["haneul"], kind="silenced", days=1, reason="광고"
    )
    CannedReply.objects.create(language="ko", title="고마워요", text="고쳤어요.")
    return first, answer, held, report_fault(people["minji"], lesson)


def report_fault(reporter: User, lesson: Lesson) -> BugReport:
    """Create a bug report about the lesson."""
    fault = reports.Fault(
        category="code",
        body="코드의 둘째 줄이 실행되지 않아요. `jnp`를 먼저 가져와야 해요.",
        quote="JAX는 NumPy와 닮았어요",
        lesson_uid=lesson.uid,
        revision=1,
    )
    return reports.file(
        thread=lesson.thread, reporter=reporter, fault=fault, form_token=str(uuid.uuid4())
    )


def read_for_each_other(author: User, lesson: Lesson) -> None:
    """Ask for a second pair of eyes, with a remark, one that is done, and one on words gone."""
    reader = make_person("dohyun", display_name="도현", is_staff=True, is_superuser=True)
    proof = proofs.ask(lesson=lesson, author=author, asked=reader.pk, note="둘째 문단이 긴가요?")
    for number, text in (
        (2, "두 문장으로 나누면 어때요?"),
        (3, "오타"),
        (1, "`jnp`를 먼저 말해요."),
    ):
        remark = proofs.remark(proof=proof, author=reader, language="ko", number=number, text=text)
    ProofComment.objects.filter(pk=remark.pk).update(paragraph="예전에 있던 말")
    proofs.resolve(comment=proof.comments.get(text="오타"))


def tell(learner: User) -> None:
    """Create more notifications than fit on a page, and devices that show them."""
    for name, system in (("phone", "Linux; Android 14"), ("desk", "X11; Linux x86_64")):
        browser = f"Mozilla/5.0 ({system}) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36"
        subscribe(learner=learner, browser=browser, **Device(name).fields)
    text = "준님이 「jit으로 함수 빠르게 만들기」에 답글을 남겼어요"
    notify_many([Notice(learner, f"r:{n}", "reply", text, "/", "본문") for n in range(25)])


def sign_in(context, person: User, base_url: str) -> None:
    """Give a browser the session of someone who confirmed the password just now."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    list_device(person, session.session_key)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": base_url}
    context.add_cookies([cookie])


def pages_of_everyone(world: World) -> list[str]:
    """Return the public pages."""
    lesson = f"/quests/jax/{world.lesson.slug}/"
    return [
        "/",
        "/quests/jax/",
        lesson,
        f"{lesson}changes/",
        "/quests/jax/grad/",
        "/chapters/jax-first-steps/",
        "/tags/",
        "/tags/jit/",
        "/levels/",
        "/stream/",
        "/search/",
        "/search/?q=jax",
        "/search/?q=zzzz",
        "/search/?q=TypeError",
        "/errors/jax/",
        "/offline/",
        "/progress/",
        "/notes/",
        "/review/",
        f"/threads/{world.lesson.thread.pk}/",
        f"/report/?thread={world.lesson.thread.pk}",
        "/u/minji/",
        world.certificate.get_absolute_url(),
        f"/certificates/check/?number={world.certificate.number}",
        "/certificates/check/?number=000000000000",
        world.preview,
        "/nowhere/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/signup/passkey/",
        "/accounts/login/code/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/inactive/",
    ]


def pages_of_a_learner(world: World) -> list[str]:
    """Return pages that require an account or differ for members."""
    token = MailPreference.objects.filter(learner=world.learner).values_list("token", flat=True)
    return [
        "/",
        "/quests/jax/",
        f"/quests/jax/{world.lesson.slug}/",
        "/quests/jax/grad/",
        "/chapters/jax-first-steps/",
        "/quests/jax/start-over/",
        "/stream/",
        "/search/?q=jax",
        "/progress/",
        "/notes/",
        "/review/?more=1",
        f"/threads/{world.lesson.thread.pk}/",
        f"/threads/{world.lesson.thread.pk}/write/",
        f"/comments/{world.answer.pk}/reply/",
        f"/comments/{world.comment.pk}/edit/",
        f"/comments/{world.comment.pk}/delete/",
        f"/comments/{world.answer.pk}/flag/",
        f"/report/?thread={world.lesson.thread.pk}",
        "/reports/",
        f"/reports/{world.report.link_token}/",
        "/achievements/",
        "/levels/",
        "/tags/",
        "/xp/",
        "/leaderboard/",
        "/u/minji/",
        "/u/jun/",
        "/certificates/",
        "/certificates/new/quest/jax/",
        world.certificate.get_absolute_url(),
        f"{world.certificate.get_absolute_url()}choices/",
        "/notifications/",
        "/notifications/?page=2",
        "/settings/profile/",
        "/settings/name/",
        "/settings/preferences/",
        "/settings/mail/",
        "/settings/rhythm/",
        "/settings/push/",
        "/settings/data/",
        "/settings/delete/",
        *(f"/mail/stop/{each}/" for each in token[:1]),
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/sessions/",
        "/accounts/logout/",
        "/accounts/reauthenticate/",
    ]


def pages_of_staff(world: World) -> list[str]:
    """Return the studio's pages."""
    lesson, quest = world.lesson.pk, world.quest.pk
    nobody_asked = Lesson.objects.exclude(pk=lesson).earliest("pk").pk
    award = Achievement.objects.earliest("pk")
    return [
        "/admin/",
        "/admin/course/quest/",
        f"/admin/course/quest/{quest}/change/",
        "/admin/course/quest/add/",
        f"/admin/course/quest/{quest}/past/",
        f"/admin/course/quest/{quest}/outline/",
        f"/admin/course/quest/{quest}/outline/?q=jax&status=published",
        f"/admin/course/quest/{quest}/terms/",
        f"/admin/course/quest/{quest}/terms/?key={world.quest.terms.earliest('pk').key}",
        f"/admin/course/quest/{quest}/chapters/{world.lesson.chapter_id}/",
        f"/admin/course/quest/{quest}/chapters/{world.lesson.chapter_id}/past/",
        f"/admin/course/quest/{quest}/insights/",
        "/admin/course/lesson/home/",
        "/admin/course/lesson/",
        f"/admin/course/lesson/{lesson}/change/",
        f"/admin/course/lesson/{lesson}/past/ko/",
        f"/admin/course/lesson/{lesson}/learner/",
        f"/admin/course/lesson/{lesson}/merge/?q=a",
        f"/admin/course/lesson/{lesson}/proof/",
        f"/admin/course/lesson/{nobody_asked}/proof/",
        "/admin/course/announcement/",
        "/admin/course/announcement/add/",
        "/admin/gamification/achievement/",
        f"/admin/gamification/achievement/{award.pk}/change/",
        "/admin/gamification/level/",
        f"/admin/gamification/level/{Level.objects.earliest('pk').pk}/change/",
        "/admin/credentials/certificate/",
        f"/admin/credentials/certificate/{world.certificate.pk}/change/",
        f"/admin/credentials/certificate/{world.certificate.pk}/revoke/",
    ]


def pages_of_a_moderator(world: World) -> list[str]:
    """Return the desk's pages."""
    desk = "/admin/comments"
    return [
        "/admin/",
        f"{desk}/bugreport/",
        f"{desk}/bugreport/{world.report.pk}/change/",
        f"{desk}/bugreport/act/confirm/?ids={world.report.pk}",
        f"{desk}/bugreport/act/duplicate/?ids={world.report.pk}&q=jnp",
        f"{desk}/comment/",
        f"{desk}/comment/{world.held.pk}/change/",
        f"{desk}/comment/act/hide/?ids={world.held.pk}",
        f"{desk}/thread/",
        f"{desk}/thread/{world.lesson.thread.pk}/change/",
        f"{desk}/sanction/",
        f"{desk}/auditentry/",
        f"{desk}/cannedreply/",
        f"{desk}/cannedreply/add/",
        f"{desk}/blockedword/",
        f"{desk}/blockedword/add/",
    ]


PAGES = {
    "everyone": pages_of_everyone,
    "learner": pages_of_a_learner,
    "staff": pages_of_staff,
    "moderator": pages_of_a_moderator,
}
