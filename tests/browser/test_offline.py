"""A stored quest can be read offline."""

import pytest
from django.db import transaction

from course.models import LessonText, Quest
from course.pages import offline
from pagecache.changes import invalidate, memory
from tests.course.folders import write_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quest(transactional_db, tmp_path):
    """Two lessons in two languages."""
    import_once(write_quest(tmp_path / "demo"))


@pytest.fixture
def kept(page, quest):
    """A browser page with a stored quest and an active service worker."""
    page.goto("/quests/demo/")
    page.get_by_role("button", name="이 퀘스트를 오프라인에 저장").click()
    page.locator("[data-keep-state]", has_text="이 기기에 저장했어요").wait_for()
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    return page


def test_a_kept_lesson_opens_without_a_network_and_says_that_it_is_a_copy(kept):
    kept.context.set_offline(True)
    kept.goto("/quests/demo/lesson-2/")
    assert "본문 2" in kept.content()
    assert kept.locator("html[data-offline]").count() == 1
    assert kept.evaluate("getComputedStyle(document.querySelector('.header')).position") == "sticky"


def test_a_kept_page_says_of_when_it_is(kept):
    assert kept.locator(".offline-note").count() == 0
    kept.context.set_offline(True)
    kept.goto("/quests/demo/lesson-2/")
    year = kept.evaluate("String(new Date().getFullYear())")
    note = kept.locator(".offline-note").inner_text()
    assert note.startswith("오프라인 저장본")
    assert f"{year}년" in note
    kept.goto("/stream/")
    assert kept.locator(".offline-note").count() == 0


def test_a_kept_quest_opens_in_both_languages(kept):
    kept.context.set_offline(True)
    kept.goto("/quests/demo/lesson-2/")
    kept.goto(kept.locator("a[hreflang=en]").first.get_attribute("href"))
    assert kept.locator("html[lang=en][data-offline]").count() == 1
    assert kept.locator(".offline-note").inner_text().startswith("Offline copy of")
    assert "Text 2" in kept.content()
    kept.goto("/en/stream/")
    kept.get_by_role("link", name="Quest demo").click()
    kept.wait_for_url("**/en/quests/demo/")


def test_a_kept_page_does_not_ask_a_member_to_sign_in(kept, learner, client):
    kept.context.set_offline(True)
    kept.goto("/quests/demo/lesson-1/")
    assert kept.locator(".header a[href*='/accounts/login/']").is_visible()
    kept.context.set_offline(False)
    client.force_login(learner)
    cookie = client.cookies["session"].value
    kept.context.add_cookies([{"name": "session", "value": cookie, "url": kept.url}])
    kept.goto("/quests/demo/lesson-1/")
    kept.wait_for_selector("html[data-progress=ready]")
    kept.context.set_offline(True)
    kept.goto("/quests/demo/lesson-1/")
    kept.wait_for_selector("html[data-progress=ready]")
    links = kept.locator("a[href*='/accounts/login/'], a[href*='/accounts/signup/']")
    assert not any(link.is_visible() for link in links.all())


def test_a_page_that_was_not_kept_shows_what_is_kept(kept):
    kept.context.set_offline(True)
    kept.goto("/stream/")
    kept.get_by_role("heading", name="지금은 인터넷에 연결되어 있지 않아요").wait_for()
    kept.get_by_role("link", name="퀘스트 demo").click()
    kept.wait_for_url("**/quests/demo/")


def test_online_the_network_answers_not_the_copy(kept):
    LessonText.objects.filter(lesson__slug="lesson-2", language="ko").update(
        body_html="<p>새로</p>"
    )
    kept.goto("/quests/demo/lesson-2/")
    assert "새로" in kept.content()
    assert kept.locator("html[data-offline]").count() == 0


def change_lessons():
    """Give each lesson a new revision and invalidate its pages."""
    with transaction.atomic():
        LessonText.objects.update(revision=9)
        invalidate(*(f"quest:{quest.pk}" for quest in Quest.objects.all()))
    memory.clear()


QUEST_CACHES = "caches.keys().then((names) => names.filter((name) => name.startsWith('quest-')))"


def test_an_update_that_breaks_off_leaves_the_old_copy(kept):
    (copy,) = kept.evaluate(QUEST_CACHES)
    change_lessons()
    kept.goto("/quests/demo/")
    # The last thing that is written fails, as it does where the storage is full.
    kept.evaluate("""() => {
      const put = Cache.prototype.put;
      Cache.prototype.put = function (request, response) {
        if (request === "/offline/note") return Promise.reject(new Error("QuotaExceededError"));
        return put.call(this, request, response);
      };
    }""")
    kept.get_by_role("button", name="저장본 새로 고치기").click()
    kept.locator("[data-keep-state]", has_text="내려받기가 멈췄어요").wait_for()
    assert kept.evaluate(QUEST_CACHES) == [copy]
    kept.context.set_offline(True)
    kept.goto("/quests/demo/lesson-2/")
    assert "본문 2" in kept.content()


def test_the_newest_whole_copy_is_read_and_a_half_one_never(kept):
    kept.evaluate("""async () => {
      const html = (text) => new Response(`<html lang="ko"><body>${text}`,
        { headers: { "Content-Type": "text/html; charset=utf-8" } });
      const newer = await caches.open(`quest-demo~${Date.now()}`);
      await newer.put("/quests/demo/lesson-2/", html("newer"));
      await newer.put("/offline/note", new Response("{}"));
      const half = await caches.open(`quest-demo~${Date.now() + 1}`);
      await half.put("/quests/demo/lesson-2/", html("half"));
    }""")
    kept.context.set_offline(True)
    kept.goto("/quests/demo/lesson-2/")
    assert kept.inner_text("body").strip() == "newer"


def test_a_download_says_its_begin_and_its_end_alone(page, quest):
    page.goto("/quests/demo/")
    page.evaluate("""() => {
      window.said = [];
      new MutationObserver((all) => all.forEach(({ target }) => said.push(target.textContent)))
        .observe(document.querySelector("[data-announcer]"), { childList: true });
    }""")
    page.get_by_role("button", name="이 퀘스트를 오프라인에 저장").click()
    page.locator("[data-announcer]", has_text="이 기기에 저장했어요").wait_for(state="attached")
    assert len(page.evaluate("said")) == 2
    assert page.locator("[data-keep-offline] [role=status]").count() == 0


@pytest.mark.parametrize(
    "broken",
    [
        "delete window.caches; delete Window.prototype.caches",
        "caches.keys = () => Promise.reject(new Error('refused'))",
    ],
)
def test_without_storage_nothing_is_offered_and_nothing_fails(page, quest, broken):
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(broken)
    page.goto("/quests/demo/")
    page.locator("[data-keep-offline]").wait_for(state="hidden")
    page.goto("/offline/")
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-kept-quests]").is_hidden()
    assert faults == []


def test_a_changed_quest_offers_an_update_and_a_copy_can_be_removed(kept):
    change_lessons()
    kept.goto("/quests/demo/")
    kept.get_by_role("button", name="저장본 새로 고치기").click()
    kept.locator("[data-keep-state]", has_text="이 기기에 저장했어요").wait_for()
    kept.get_by_role("button", name="저장본 지우기").click()
    kept.get_by_role("button", name="이 퀘스트를 오프라인에 저장").wait_for()
    assert kept.evaluate("caches.keys().then((names) => names.filter((n) => n[0] === 'q'))") == []


def test_a_broken_download_keeps_nothing_and_says_so(page, quest):
    page.goto("/quests/demo/")
    page.context.route("**/quests/demo/lesson-2/", lambda route: route.abort())
    page.get_by_role("button", name="이 퀘스트를 오프라인에 저장").click()
    page.locator("[data-keep-state]", has_text="내려받기가 멈췄어요").wait_for()
    assert page.evaluate("caches.keys().then((names) => names.filter((n) => n[0] === 'q'))") == []


def test_a_new_release_replaces_the_worker_and_its_shell_but_no_kept_quest(kept, monkeypatch):
    before = set(kept.evaluate("caches.keys()"))
    kept.evaluate("""() => Promise.all(
      ["quest-x~new", "quest-y~1", `quest-z~${Date.now()}`]
      .map((name) => caches.open(name)))""")
    monkeypatch.setattr(offline, "release", lambda: "the-next-one")
    kept.evaluate("""async () => {
      const changed = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
      await (await navigator.serviceWorker.ready).update();
      await changed;
      const fresh = navigator.serviceWorker.controller;
      if (fresh.state !== "activated")
        await new Promise((resolve) => fresh.addEventListener("statechange", resolve));
    }""")
    after = set(kept.evaluate("caches.keys()"))
    assert {name for name in before if name.startswith("quest-")} <= after
    # What was left half-filled is gone; what may be filling right now is not.
    unfinished = {name[:7] for name in after - before if name.startswith("quest-")}
    assert unfinished == {"quest-z"}
    assert {name for name in after if name.startswith("shell-")} == {"shell-the-next-one"}
    kept.context.set_offline(True)
    kept.goto("/quests/demo/lesson-1/")
    assert "본문 1" in kept.content()


def test_no_private_page_is_ever_kept(kept, learner, client):
    client.force_login(learner)
    cookie = client.cookies["session"].value
    kept.context.add_cookies([{"name": "session", "value": cookie, "url": kept.url}])
    kept.goto("/quests/demo/lesson-1/")
    assert kept.locator("body[data-learner]").count() == 1
    kept.goto("/quests/demo/")
    kept.get_by_role("button", name="저장본 지우기").click()
    kept.get_by_role("button", name="이 퀘스트를 오프라인에 저장").click()
    kept.locator("[data-keep-state]", has_text="이 기기에 저장했어요").wait_for()
    pages = kept.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys())
              found.push(await (await cache.match(request)).text());
          }
          return found.filter((text) => text.includes("data-learner=")).length;
        }"""
    )
    assert pages == 0


def test_the_manifest_makes_the_site_installable(client, quest):
    manifest = client.get("/en/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["lang"]) == ("/en/", "en")
    assert {"512x512", "192x192"} == {icon["sizes"] for icon in manifest["icons"]}
