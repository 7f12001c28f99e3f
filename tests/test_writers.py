"""Whatever a member writes is counted, and no fault when the account is erased in that moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import middleware
from accounts.deletion import erase
from accounts.models import PushSubscription, User
from accounts.push import keys
from comments.models import Comment
from course.models import LessonReminder, QuestFollow
from tests.accounts.push_service import Device
from tests.course.readers import listed
from tests.factories import make_comment, make_person, make_quest

COUNTED = {
    "/progress/follow/jax/": {"follow": "yes"},
    "/progress/finish/jax-000/": {"days": "1"},
    "/settings/rhythm/": {"goal_unit": "lessons", "goal_amount": "1", "remind_hour": "12",
                          "quiet_from": "22", "quiet_until": "8"},
    "/settings/push/": {"kind": "reply"},
    "/settings/push/subscribe/": Device("phone").fields,
    "/settings/push/forget/": {"all": "1"},
    "/settings/profile/": {"handle": "minji", "display_name": "민지"},
    "/settings/preferences/": {"language": "ko", "theme": "dark", "time_zone": "Asia/Seoul"},
    "/settings/mail/": {"reply": "none"},
    "/settings/theme/": {"theme": "dark"},
    "/settings/time-zone/": {"time_zone": "Asia/Seoul"},
    "/progress/mark/jax-000/": {"action": "complete"},
    "/progress/answers/jax-000/": {"body": "답", "revision": "0"},
    "/quests/jax/start-over/": {},
    "/progress/bookmark/jax-000/": {"action": "add"},
    "/progress/notes/jax-000/": {"text": "메모"},
    "/xp/preferences/": {"on_leaderboard": "on"},
    "/notifications/read/": {},
    "/certificates/new/quest/jax/": {"name": "민지"},
    "/threads/{thread}/follow/": {"state": "follow"},
}  # fmt: skip
# Those count in their own way; their tests say how.
OTHERS = {
    "/progress/places/jax-000/": {"place": "h-1"},
    "/threads/{thread}/write/": {"body": "안녕하세요"},
    "/comments/{comment}/reply/": {"body": "안녕하세요"},
    "/comments/{comment}/helpful/": {"helpful": "1"},
    "/comments/{comment}/flag/": {"reason": "spam"},
    "/settings/delete/cancel/": {},
}


class Full:
    """A cache in which every count is far beyond its limit."""

    def add(self, *_args):
        pass

    def incr(self, _key):
        return 10_000


@pytest.fixture
def send(settings, learner):
    """Sends a member's form; `{thread}` and `{comment}` in the address are somebody else's."""
    settings.PUSH_KEY = keys.new_key()
    _quest, [lesson, _second] = make_quest(lessons=2)
    comment = make_comment(lesson.thread, make_person("other"))
    browser = listed(learner)
    browser.raise_request_exception = False

    def sent(address: str, fields: dict[str, str], **more):
        url = address.format(thread=lesson.thread_id, comment=comment.pk)
        return browser.post(url, fields, **more)

    return sent


@pytest.mark.django_db
@pytest.mark.parametrize("address", COUNTED)
def test_a_script_that_writes_on_and_on_is_told_when_to_come_back(send, address, monkeypatch):
    monkeypatch.setattr("accounts.ratelimit.cache", Full())
    answer = send(address, COUNTED[address])
    assert answer.status_code == 429
    assert f"{answer['Retry-After']}초" in answer.text


@pytest.mark.django_db
def test_the_count_is_each_members_own_and_ends(send, learner, other_learner):
    codes = [send("/settings/theme/", {"theme": "dark"}).status_code for _ in range(61)]
    assert codes == [204] * 60 + [429]
    assert listed(other_learner).post("/settings/theme/", {"theme": "dark"}).status_code == 204


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", [*COUNTED, *OTHERS])
def test_an_account_that_is_erased_while_it_writes_is_no_fault(
    send, address, learner, monkeypatch, caplog
):
    before = Comment.objects.count()
    known = middleware.session_user

    def erased(request):
        """The account as the request found it, erased when the view begins."""
        user = known(request)
        User.objects.filter(pk=user.pk).update(delete_at=timezone.now() - timedelta(days=1))
        erase(user.pk)
        return user

    monkeypatch.setattr(middleware, "session_user", erased)
    answer = send(address, {**COUNTED, **OTHERS}[address])
    assert answer.status_code in {204, 302, 400, 404, 409, 410}, answer.text
    assert answer.status_code != 410 or not answer.content or "삭제된 계정" in answer.text
    assert not User.objects.filter(pk=learner.pk).exists()
    rows = [QuestFollow, LessonReminder, PushSubscription]
    assert not any(model.objects.filter(learner=learner.pk).exists() for model in rows)
    assert Comment.objects.count() == before
    assert not [line for line in caplog.records if line.exc_info]
