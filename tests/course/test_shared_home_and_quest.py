"""Members' home and quest pages: shared parts, personal parts and invalidation."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notification, User
from course.authoring import schedule
from course.folders.importer import import_quest
from course.models import Lesson, Quest, QuestText
from course.pages import page_context
from course.progress.marking import complete, undo
from course.templatetags import ticked
from gamification.facts import Facts
from gamification.ledger import Grant
from gamification.models import Level
from gamification.xp import award
from pagecache.changes import memory
from pagecache.placeholders import PREFIX
from tests.course.folders import write_quest
from tests.course.readers import kept_text, listed, member, waiting_message
from tests.factories import make_quest

pytestmark = pytest.mark.django_db
HOME, QUEST = "/", "/quests/demo/"
BOTH = pytest.mark.parametrize("path", [HOME, QUEST])


def done(who, uid: str = "demo-lesson-1") -> None:
    """Complete a lesson as another process would, without notifying this one."""
    complete(learner=User.objects.get(pk=who.pk), lesson=Lesson.objects.get(uid=uid))


def ticks_in(page: str) -> list[str]:
    """The uids of the lessons that have a tick, as eyes and as screen readers are told."""
    rows = page.split('data-lesson-uid="')[1:]
    seen = [
        row.partition('"')[0] for row in rows if row.partition('"')[2].startswith(" data-done>")
    ]
    told = [row.partition('"')[0] for row in rows if "data-done-text>" in row]
    assert seen == told
    return seen


def number(page: str, field: str) -> str:
    """A number of the bar."""
    found = re.search(rf'data-field="{field}">([^<]*)<', page)
    assert found
    return found[1]


def tokens_in(page: str) -> set[str]:
    """The tokens of the forms and of the scripts."""
    forms = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)
    assert len(forms) == page.count("csrfmiddlewaretoken") > 0
    return {*forms, *re.findall(r'data-csrf="([^"]*)"', page)}


def another_process(change) -> None:
    """Make a change that this process learns of only by polling."""
    change()
    memory.next_poll = 0


# --- What is whose ---------------------------------------------------------------------------


@BOTH
def test_nothing_of_a_member_is_kept(path, quest, learner):
    done(learner)
    client = listed(learner)
    client.get(path)
    page = client.get(path).text
    csrf = client.cookies["csrf"].value
    assert learner.public_id in page
    kept = kept_text()
    assert "demo" in kept
    for secret in (learner.public_id, learner.handle, learner.name, learner.email, csrf):
        assert secret not in kept
    assert PREFIX not in page


@BOTH
def test_every_form_carries_the_token_of_its_own_reader(path, quest, learner, other_learner):
    found = [tokens_in(listed(who).get(path).text) for who in (learner, learner, other_learner)]
    assert [len(tokens) for tokens in found] == [1, 1, 1]
    assert len(set.union(*found)) == 3


def test_each_sees_their_own_ticks_alone(quest, learner, other_learner, staff):
    done(learner, "demo-lesson-1")
    done(other_learner, "demo-lesson-2")
    readers = [listed(learner), listed(other_learner), listed(staff), Client()]
    for _ in range(2):
        found = [ticks_in(reader.get(QUEST).text) for reader in readers]
        assert found == [["demo-lesson-1"], ["demo-lesson-2"], [], []]


def test_each_sees_their_own_numbers_and_way_on_alone(quest, learner, other_learner):
    done(learner)
    readers = [listed(learner), listed(other_learner), Client()]
    for _ in range(2):
        mine, theirs, nobodys = [reader.get(HOME).text for reader in readers]
        assert ("1 / 2" in mine, "0 / 2" in theirs) == (True, True)
        assert 'class="quest-progress small"' not in nobodys
        assert [number(page, "xp") for page in (mine, theirs)] == ["20", "0"]
        resumed = [
            'data-resume><a class="button button--primary" href="/quests/demo/lesson-2/"'
            in re.sub(r">\s+<", "><", page)
            for page in (mine, theirs, nobodys)
        ]
        assert resumed == [True, False, False]


def test_who_has_done_something_alone_may_start_over(quest, learner, other_learner):
    done(learner)
    readers = [listed(learner), listed(other_learner), Client()]
    found = ["start-over" in reader.get(QUEST).text for reader in readers]
    assert found == [True, False, False]


@BOTH
def test_a_waiting_message_is_shown_to_its_reader_once_and_alone(path, quest, learner):
    for mine, other in ((listed(learner), listed(learner)), (Client(), Client())):
        mine.get(path)
        mine.cookies["messages"] = waiting_message("Only for you")
        assert "Only for you" in mine.get(path).text
        assert "Only for you" not in mine.get(path).text
        assert "Only for you" not in other.get(path).text


@BOTH
def test_what_there_is_to_celebrate_is_shown_once_and_alone(path, quest, learner, other_learner):
    Level.objects.update_or_create(
        number=1, defaults={"xp_from": 20, "title_ko": "새싹", "title_en": "Sprout"}
    )
    memory.clear()
    mine, other = listed(learner), listed(other_learner)
    mine.get(path)
    mine.post("/progress/mark/demo-lesson-1/", {"action": "complete"})
    pages = [other.get(path).text, mine.get(path).text, mine.get(path).text]
    assert ['<span class="moment__kicker">' in page for page in pages] == [False, True, False]


@BOTH
def test_notices_are_for_their_reader_in_their_own_zone(path, quest, learner, other_learner):
    for who, zone in ((learner, "Asia/Seoul"), (other_learner, "America/New_York")):
        who.time_zone = zone
        who.time_zone_confirmed = True
        who.delete_at = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
        who.save()
    clients = [listed(learner), listed(other_learner)]
    for _ in range(2):
        first, second = [client.get(f"/en{path}").text for client in clients]
        assert "March 2, 2026, 5 a.m." in first
        assert "March 1, 2026, 3 p.m." in second
    assert "will be deleted" not in Client().get(f"/en{path}").text


@BOTH
def test_theme_and_notifications_are_each_one_s_own(path, quest, learner, other_learner):
    User.objects.filter(pk=learner.pk).update(theme="dark")
    mine, other = listed(learner), listed(other_learner)
    other.get(path)
    for _ in range(2):
        assert 'data-theme="dark"' in mine.get(path).text
        assert 'data-theme="dark"' not in other.get(path).text
    Notification.objects.create(learner=learner, kind="reply", url="/", text="x")
    assert "tool__count" in mine.get(path).text
    assert "tool__count" not in other.get(path).text


# --- What makes a page new -------------------------------------------------------------------


def test_what_is_done_and_undone_anywhere_shows_at_once(quest, learner):
    client = listed(learner)
    lesson = Lesson.objects.get(uid="demo-lesson-1")
    for act, ticks, count, percent in (
        (complete, ["demo-lesson-1"], "1", "50"),
        (undo, [], "0", "0"),
        (complete, ["demo-lesson-1"], "1", "50"),
    ):
        act(learner=User.objects.get(pk=learner.pk), lesson=lesson)
        for _ in range(2):
            assert ticks_in(client.get(QUEST).text) == ticks
            page = client.get(HOME).text
            assert f"<span>{count} / 2</span>" in page
            assert number(page, "percent") == percent


def test_a_form_s_completion_shows_on_the_very_next_page(quest, learner):
    client = listed(learner)
    assert ticks_in(client.get(QUEST).text) == []
    client.post("/progress/mark/demo-lesson-2/", {"action": "complete"})
    assert ticks_in(client.get(QUEST).text) == ["demo-lesson-2"]
    assert "1 / 2" in client.get(HOME).text


def test_xp_that_others_give_shows_at_once(quest, learner):
    client = listed(learner)
    assert number(client.get(HOME).text, "xp") == "0"
    grant = Grant(reason="report", key="1", points=25)
    today = datetime(2026, 3, 1, tzinfo=UTC).date()
    facts = Facts(counts={}, totals={}, days=frozenset(), today=today)
    award(learner=User.objects.get(pk=learner.pk), grants=[grant], facts=lambda: facts)
    assert number(client.get(HOME).text, "xp") == "25"


def test_a_renamed_level_shows_at_once(quest, learner, django_capture_on_commit_callbacks):
    level = Level.objects.update_or_create(
        number=0, defaults={"xp_from": 0, "title_ko": "씨앗", "title_en": "Seed"}
    )[0]
    memory.clear()
    client = listed(learner)
    assert number(client.get(HOME).text, "title") == "씨앗"
    with django_capture_on_commit_callbacks(execute=True):
        level.title_ko = "도토리"
        level.save()
    assert number(client.get(HOME).text, "title") == "도토리"


def everyone(learner, other_learner) -> list[Client]:
    """A member with progress, one without, a visitor; all of whom have seen the pages."""
    done(learner)
    readers = [listed(learner), listed(other_learner), Client()]
    for reader in readers:
        for path in (HOME, QUEST):
            reader.get(path)
            reader.get(path)
    return readers


def post_quest(client, quest, **changes) -> None:
    """Save the quest's form in the studio."""
    url = reverse("admin:course_quest_change", args=[quest.pk])
    form = client.get(url).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    sent |= {"texts-TOTAL_FORMS": 2, "texts-INITIAL_FORMS": 2}
    for row_number, row in enumerate(quest.texts.order_by("pk")):
        for name in ("id", "language", "title", "summary", "body"):
            sent[f"texts-{row_number}-{name}"] = getattr(row, name)
        sent[f"texts-{row_number}-quest"] = quest.pk
        if row.language == "ko":
            sent |= {f"texts-{row_number}-{name}": text for name, text in changes.items()}
    sent |= {name: text for name, text in changes.items() if name in form.fields}
    assert client.post(url, sent).status_code == 302


def test_a_renamed_quest_shows_at_once_to_everybody(
    quest, learner, other_learner, staff, django_capture_on_commit_callbacks
):
    readers = everyone(learner, other_learner)
    with django_capture_on_commit_callbacks(execute=True):
        post_quest(member(staff), quest, title="새 이름", summary="새 설명")
    for reader in readers:
        assert "새 이름" in reader.get(HOME).text
        assert "새 설명" in reader.get(HOME).text
        assert "새 이름" in reader.get(QUEST).text
        assert "퀘스트 demo" not in reader.get(QUEST).text


def test_a_rename_in_another_process_shows_after_the_next_look(
    quest, learner, other_learner, staff
):
    readers = everyone(learner, other_learner)
    another_process(lambda: post_quest(member(staff), quest, title="새 이름"))
    for reader in readers:
        assert "새 이름" in reader.get(HOME).text
        assert "새 이름" in reader.get(QUEST).text


def test_a_quest_with_another_address_is_found_there_at_once(
    quest, learner, other_learner, staff, django_capture_on_commit_callbacks
):
    readers = everyone(learner, other_learner)
    with django_capture_on_commit_callbacks(execute=True):
        post_quest(member(staff), quest, slug="moved")
    for reader in readers:
        assert reader.get(QUEST).status_code == 301
        assert 'href="/quests/moved/"' in reader.get(HOME).text
        assert 'href="/quests/moved/lesson-2/"' in reader.get("/quests/moved/").text


def test_a_quest_that_is_withdrawn_and_published_goes_and_comes_at_once(
    quest, learner, other_learner, staff, django_capture_on_commit_callbacks
):
    readers = everyone(learner, other_learner)
    for status, code in (("draft", 404), ("published", 200)):
        with django_capture_on_commit_callbacks(execute=True):
            post_quest(member(staff), quest, status=status)
        for reader in readers:
            assert reader.get(QUEST).status_code == code
            assert ("퀘스트 demo" in reader.get(HOME).text) is (code == 200)


def test_a_published_lesson_shows_at_once_and_counts(
    quest, learner, other_learner, django_capture_on_commit_callbacks
):
    lesson = Lesson.objects.get(uid="demo-lesson-2")
    readers = everyone(learner, other_learner)
    for act, total in ((schedule.back_to_draft, 1), (schedule.publish, 2)):
        with django_capture_on_commit_callbacks(execute=True):
            act(lesson=Lesson.objects.get(pk=lesson.pk))
        for reader in readers:
            assert ("레슨 2" in reader.get(QUEST).text) is (total == 2)
            assert f"레슨 {total}개" in reader.get(HOME).text
        assert f"1 / {total}" in readers[0].get(HOME).text
        assert f"0 / {total}" in readers[1].get(HOME).text
        assert ticks_in(readers[0].get(QUEST).text) == ["demo-lesson-1"]


def test_a_new_quest_shows_at_once(
    quest, learner, other_learner, tmp_path, django_capture_on_commit_callbacks
):
    readers = everyone(learner, other_learner)
    with django_capture_on_commit_callbacks(execute=True):
        import_quest(folder=write_quest(tmp_path / "more", uid="more", lessons=3))
    for reader in readers:
        assert "퀘스트 more" in reader.get(HOME).text
    assert "0 / 3" in readers[0].get(HOME).text


# --- Drafts, languages, addresses ------------------------------------------------------------


def test_drafts_are_for_staff_alone_whoever_looks_first(
    quest, learner, staff, tmp_path, django_capture_on_commit_callbacks
):
    import_quest(folder=write_quest(tmp_path / "secret", uid="secret"))
    Quest.objects.filter(uid="secret").update(status="draft")
    with django_capture_on_commit_callbacks(execute=True):
        schedule.back_to_draft(lesson=Lesson.objects.get(uid="demo-lesson-2"))
    memory.clear()
    author, others = listed(staff), [listed(learner), Client()]
    for _ in range(2):
        assert "레슨 2" in author.get(QUEST).text
        assert "퀘스트 secret" in author.get(HOME).text
        assert author.get("/quests/secret/").status_code == 200
        for reader in others:
            assert "레슨 2" not in reader.get(QUEST).text
            assert "퀘스트 secret" not in reader.get(HOME).text
            assert reader.get("/quests/secret/").status_code == 404
    assert "secret" not in kept_text()
    assert "레슨 2" not in kept_text()


def test_each_language_has_its_own_page(quest, learner):
    done(learner)
    client = listed(learner)
    for _ in range(2):
        korean, english = client.get(HOME).text, client.get("/en/").text
        assert "레슨 2" in korean
        assert "퀘스트 demo" in korean
        assert "Lesson 2" in english
        assert "Quest demo" in english
        assert 'href="/en/quests/demo/lesson-2/"' in english
        assert "레슨" not in english
        assert "레슨" not in client.get("/en/quests/demo/").text
        assert "레슨 2" in client.get(QUEST).text


def test_a_translation_takes_the_place_of_the_other_language(
    learner, tmp_path, django_capture_on_commit_callbacks
):
    import_quest(folder=write_quest(tmp_path / "only", uid="only", english=False))
    client = listed(learner)
    path = "/en/quests/only/"
    assert ["퀘스트 only" in client.get(each).text for each in ("/en/", path)] == [True, True]
    assert not QuestText.objects.filter(language="en").exists()
    with django_capture_on_commit_callbacks(execute=True):
        import_quest(folder=write_quest(tmp_path / "only", uid="only"))
    assert ["Quest only" in client.get(each).text for each in ("/en/", path)] == [True, True]


@BOTH
def test_links_to_the_other_language_name_no_unknown_parameter(path, quest, learner):
    for client in (listed(learner), Client()):
        assert f'href="/en{path}"' in client.get(f"{path}?utm_source=mail").text
        assert "utm_source" not in client.get(path).text


def test_readers_without_ticks_hear_of_no_lesson_that_it_is_done(quest, learner):
    for client in (listed(learner), member(learner), Client()):
        for path in (QUEST, f"{QUEST}lesson-1/"):
            page = client.get(path).text
            assert page.count("data-done-text hidden>") == page.count("data-done-text") == 2


# --- What it costs ---------------------------------------------------------------------------


def second_look(client, path: str) -> int:
    """How many queries a page costs that was asked before."""
    for _ in range(2):
        assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


@pytest.mark.parametrize("path", [HOME, "/quests/jax/"])
def test_a_second_look_costs_one_query_however_much_there_is(path, learner, settings):
    settings.PAGECACHE_POLL_SECONDS = 3600
    client, costs = listed(learner), []
    _quest, lessons = make_quest("jax", lessons=4)
    for uid in ("aaa", "bbb"):
        complete(learner=learner, lesson=lessons[len(costs)])
        costs.append(second_look(client, path))
        make_quest(uid, lessons=4)
    assert costs == [1, 1]


@pytest.mark.parametrize("path", [HOME, "/quests/jax/"])
def test_the_first_look_after_a_change_costs_the_same_for_twice_as_much(path, learner, settings):
    settings.PAGECACHE_POLL_SECONDS = 3600
    client, costs = listed(learner), []
    quests = [make_quest(uid, lessons=count)[1] for uid, count in (("jax", 8), ("flax", 4))]
    for lessons in (quests[0][:2], quests[0][2:4] + quests[1]):
        second_look(client, path)
        for lesson in lessons:
            complete(learner=learner, lesson=lesson)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        costs.append(len(captured))
    assert costs == [3, 3]  # session, progress, reviews


def test_who_never_did_anything_costs_one_query_too(quest, learner, settings):
    settings.PAGECACHE_POLL_SECONDS = 3600
    assert [second_look(listed(learner), path) for path in (HOME, QUEST)] == [1, 1]


@BOTH
def test_nothing_is_counted_or_ticked_again_while_nothing_changed(
    path, quest, learner, monkeypatch, settings
):
    settings.PAGECACHE_POLL_SECONDS = 3600
    done(learner)
    client = listed(learner)
    first = client.get(path).text

    def again(*args, **kwargs):
        raise AssertionError("made again")

    for module, name in ((page_context, "show"), (page_context, "evaluate_log"), (ticked, "ticks")):
        monkeypatch.setattr(module, name, again)
    monkeypatch.setattr("course.content.access.quest_texts", again)
    monkeypatch.setattr("course.content.access.quest_text", again)
    second = client.get(path).text
    for token in tokens_in(first) | tokens_in(second):
        first, second = first.replace(token, ""), second.replace(token, "")
    assert second == first
