"""The stream's days are the reader's, and no date takes it down."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from course.models import Announcement, StreamEntry

pytestmark = pytest.mark.django_db
EARLY = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)  # 05:00 of the 2nd in Korea


@pytest.fixture
def told(db) -> Announcement:
    """An announcement of the early morning in Korea."""
    row = Announcement.objects.create(titles={"ko": "소식"}, published_at=EARLY)
    StreamEntry.objects.create(kind="announcement", announcement=row, at=EARLY)
    return row


def test_a_visitor_reads_in_the_zone_of_the_site(told, client):
    assert 'datetime="2026-11-02"' in client.get("/stream/").text


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Seoul", "2026-11-02"), ("Europe/Berlin", "2026-11-01")]
)
def test_a_learner_reads_in_their_own(told, client, learner, zone, day):
    User.objects.filter(pk=learner.pk).update(time_zone=zone)
    client.force_login(learner)
    assert f'datetime="{day}"' in client.get("/stream/").text


@pytest.mark.parametrize("address", ["/stream/", "/stream/feed/", "/"])
def test_a_row_of_the_first_year_is_left_out(told, client, address):
    StreamEntry.objects.update(at=datetime(1, 1, 1, tzinfo=UTC))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31", "2200-01-01"])
def test_a_date_that_nobody_means_is_an_error_of_the_form(client, staff, day):
    client.force_login(staff)
    form = {"published_at_0": day, "published_at_1": "00:00:00", "title_ko": "소식"}
    answer = client.post("/admin/course/announcement/add/", form)
    assert 'class="errorlist"' in answer.text
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("query", ["created_at__year=99999999999", "created_at__year=-1"])
def test_an_odd_year_in_a_list_of_the_desk_is_no_500(client, staff, query):
    staff.is_superuser = True
    staff.save()
    client.force_login(staff)
    assert client.get(f"/admin/comments/auditentry/?{query}").status_code < 500
