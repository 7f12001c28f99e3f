"""A personal variable that somebody forgot to mark on a shared page is shown to nobody else."""

from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import Client

from course.pages import reading
from pagecache.placeholders import PREFIX
from tests.course.readers import kept_text, member, waiting_message

pytestmark = pytest.mark.django_db
PAGE = "/quests/demo/lesson-1/"
PLACE = '<article class="lesson__article'


def from_session(request) -> dict[str, object]:
    """A context processor of something personal that nobody told the page cache of."""
    return {"basket": request.session.get("basket", ""), "of_user": f"for {request.user}"}


@pytest.fixture
def with_note(settings, monkeypatch):
    """`with_note(html)`: a lesson page with this in a shared place, and the personal `note`."""

    def change(html: str) -> None:
        source = Path(project.BASE_DIR, "templates/course/lesson.html").read_text()
        assert PLACE in source
        engine = {**settings.TEMPLATES[0], "APP_DIRS": False}
        loaders = [
            (
                "django.template.loaders.locmem.Loader",
                {"course/lesson.html": source.replace(PLACE, f"<i>{html}</i>{PLACE}", 1)},
            ),
            "django.template.loaders.filesystem.Loader",
            "django.template.loaders.app_directories.Loader",
        ]
        options = engine["OPTIONS"]
        processors = [*options["context_processors"], f"{__name__}.from_session"]
        engine["OPTIONS"] = {
            **options,
            "context_processors": processors,
            "loaders": [("django.template.loaders.cached.Loader", loaders)],
        }
        settings.TEMPLATES = [engine]

    old = reading.personal_context
    monkeypatch.setattr(
        reading,
        "personal_context",
        lambda request, *rest: {**old(request, *rest), "note": f"note of {request.user}"},
    )
    return change


def shown(client: Client) -> str:
    """What the reader finds at the new place."""
    page = client.get(PAGE).text
    assert PREFIX not in page
    return page.split("<i>")[1].split("</i>")[0]


def test_each_member_reads_their_own(quest, learner, other_learner, with_note):
    with_note("{{ note }}{% if note %} first{% endif %}")
    readers = [member(learner), member(other_learner)]

    for _ in range(2):
        assert [shown(reader) for reader in readers] == ["note of 민지", "note of 준"]

    assert "note of" not in kept_text()


@pytest.mark.parametrize(
    "tag", ["{% member_form 'note' %}", "{% personal %}{% member_form 'note' %}"]
)
def test_a_member_form_does_not_know_it_either(quest, learner, other_learner, with_note, tag):
    end = "{% endmember_form %}" + "{% endpersonal %}" * ("personal" in tag)
    with_note(tag + "{{ note }}{% if note %} first{% endif %}" + end)

    assert shown(member(learner)) == "note of 민지"
    assert shown(member(other_learner)) == "note of 준"
    assert "note of" not in kept_text()


def test_a_shared_value_of_the_same_name_does_not_unmask_it(
    quest, learner, other_learner, with_note, monkeypatch
):
    with_note("{{ note }}")
    old = reading.shared_context
    monkeypatch.setattr(
        reading,
        "shared_context",
        lambda request, *rest: {**old(request, *rest), "note": f"shared by {request.user}"},
    )

    assert shown(member(learner)) == "note of 민지"
    assert shown(member(other_learner)) == "note of 준"


@pytest.mark.parametrize(
    "source",
    [
        *("request.user.email", "user.email", "learner.email", "request.session.basket"),
        *("request.COOKIES.csrf", "request.META.HTTP_USER_AGENT", "request.GET.q", "basket"),
    ],
)
def test_what_context_processors_know_of_a_member_reaches_no_other(
    quest, learner, other_learner, with_note, source
):
    with_note("{{ " + source + " }}")
    first = member(learner)
    session = first.session
    session["basket"] = "basket of 민지"
    session.save()
    first.cookies["csrf"] = "c" * 32
    first.get(f"{PAGE}?q=asked", headers={"user-agent": "browser of 민지"})

    assert shown(member(other_learner)) in ("", other_learner.email)
    for secret in (learner.email, "basket of", "ccccc", "asked", "browser of"):
        assert secret not in kept_text()


def test_what_a_processor_makes_of_the_user_names_nobody(quest, learner, other_learner, with_note):
    with_note("{{ of_user }}")

    assert shown(member(learner)) == "for 민지"
    assert shown(member(other_learner)) == "for 준"


def test_a_message_in_a_shared_place_is_shown_to_its_reader_alone(
    quest, learner, other_learner, with_note
):
    with_note("{% for message in messages %}{{ message }}{% endfor %}")
    reader = member(learner)
    reader.cookies["messages"] = waiting_message("Only for you")

    page = reader.get(PAGE).text
    assert page.count("Only for you") == 1  # where the base page shows it
    assert shown(member(other_learner)) == ""
    assert "Only for you" not in kept_text()


def test_a_token_in_a_shared_place_is_each_reader_s_own(quest, learner, other_learner, with_note):
    with_note("{% csrf_token %}")
    tokens = [
        shown(client) for client in (member(learner), member(other_learner), Client(), Client())
    ]

    assert all("csrfmiddlewaretoken" in token for token in tokens)
    assert len(set(tokens)) == 4


def test_a_visitor_with_a_session_shares_nothing(quest, client, with_note):
    with_note("{{ basket }}")
    session = client.session
    session["basket"] = "basket of a visitor"
    session.save()

    assert shown(client) == "basket of a visitor"
    assert shown(Client()) == ""
    assert shown(client) == "basket of a visitor"
