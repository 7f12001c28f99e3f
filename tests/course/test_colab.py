"""The link that opens a lesson's notebook in Colab."""

import pytest
from django.test import Client

from tests.course.runs import make_runnable

pytestmark = pytest.mark.django_db
COLAB = "https://colab.research.google.com/github/"


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("cwk/notes", f"{COLAB}cwk/notes/blob/main/jax/jax-000.en.ipynb"),
        ("cwk/notes/blob/v2/all", f"{COLAB}cwk/notes/blob/v2/all/jax/jax-000.en.ipynb"),
    ],
)
def test_the_link_leads_to_what_the_export_wrote(settings, repository, address):
    make_runnable()
    settings.COLAB_REPOSITORY = repository
    page = Client().get("/en/quests/jax/jax-000/").text
    assert f'href="{address}"' in page
    assert "/quests/jax/jax-000/notebook/" in page


def test_without_a_repository_there_is_the_notebook_alone(db):
    make_runnable()
    page = Client().get("/en/quests/jax/jax-000/").text
    assert "colab" not in page
    assert "/quests/jax/jax-000/notebook/" in page


def test_the_export_writes_such_a_file(tmp_path):
    from django.core.management import call_command

    make_runnable()
    call_command("export_notebooks", str(tmp_path), verbosity=0)
    assert (tmp_path / "jax" / "jax-000.en.ipynb").exists()
