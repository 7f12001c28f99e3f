"""The lesson form's shared part: address, place, length, tags, code of the exercise, the change."""

import re
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.params import clean_text
from course.admin.access import title_of
from course.authoring.values import Move
from course.folders.reading import RESERVED
from course.folders.reading_order import leads_to
from course.folders.schema import is_sample_file
from course.models import Change, Chapter, Lesson

TAG = re.compile(r"[\w-]{1,40}")


class ChapterField(forms.ModelChoiceField):
    """Chapter choices labelled with their titles."""

    def label_from_instance(self, chapter: Chapter) -> str:
        """Return number and title."""
        return f"{chapter.position}. {title_of(chapter.texts.all(), get_language(), chapter.slug)}"


def code_field(label: Any) -> forms.CharField:
    """Return a field for a code file."""
    area = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
    return forms.CharField(required=False, strip=False, max_length=20_000, label=label, widget=area)


class SharedForm(forms.Form):
    """Slug, place, length and tags, and the change note."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    # Where the lesson stood when the form was opened: one that its author did not move stays where
    # somebody else put it meanwhile.
    place = forms.RegexField(r"^\d{1,18}/\d{1,9}$", widget=forms.HiddenInput, required=False)
    chapter = ChapterField(Chapter.objects.none(), label=gettext_lazy("Chapter"))
    position = forms.IntegerField(min_value=1, max_value=9999, label=gettext_lazy("Number"))
    slug = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, label=gettext_lazy("Address (slug)")
    )
    minutes = forms.IntegerField(min_value=1, max_value=600, label=gettext_lazy("Minutes"))
    tags = forms.CharField(required=False, max_length=400, label=gettext_lazy("Tags"))
    needs = forms.CharField(
        required=False, max_length=1_000, label=gettext_lazy("Prerequisites (uids)")
    )
    starter_file = forms.CharField(
        required=False, max_length=120, label=gettext_lazy("File of the exercise's first code")
    )
    starter = code_field(gettext_lazy("The exercise's first code"))
    check_file = forms.CharField(
        required=False, max_length=120, label=gettext_lazy("File of the exercise's check")
    )
    check_code = code_field(gettext_lazy("Asserts that run after the learner's code"))
    change = forms.ChoiceField(
        choices=Change,
        required=False,
        widget=forms.RadioSelect,
        label=gettext_lazy("What kind of change is this?"),
    )
    note = forms.CharField(
        required=False, max_length=300, label=gettext_lazy("One line for readers about the change")
    )
    follows = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Translations edited here say what the source says now"),
    )

    def __init__(self, *args: Any, lesson: Lesson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lesson = lesson
        chapters = self.fields["chapter"]
        rows = Chapter.objects.filter(quest=lesson.quest_id).prefetch_related("texts")
        chapters.queryset = rows  # type: ignore[attr-defined]

    def move(self) -> Move | None:
        """Where to move the lesson, or None."""
        after = (self.cleaned_data["chapter"].pk, self.cleaned_data["position"])
        chapter, _slash, position = self.cleaned_data["place"].partition("/")
        before = (int(chapter), int(position)) if chapter else after
        return None if before == after else Move(before, after)

    def clean_tags(self) -> list[str]:
        """Return sorted lower-case tags without duplicates."""
        words = {each for each in re.split(r"[,\s]+", self.cleaned_data["tags"].lower()) if each}
        wrong = [each for each in words if not TAG.fullmatch(each)]
        if wrong:
            raise forms.ValidationError(
                _("“%(tag)s” is not a word of letters, digits and hyphens.") % {"tag": wrong[0]}
            )
        return sorted(words)

    def clean_needs(self) -> list[str]:
        """Return the prerequisites' uids in order.

        Raises ValidationError for unknown uids and cycles.
        """
        uids = list(dict.fromkeys(re.split(r"[,\s]+", self.cleaned_data["needs"].strip())))
        uids = [uid for uid in uids if uid]
        needs = dict(Lesson.objects.values_list("uid", "needs")) if uids else {}
        for uid in uids:
            if uid not in needs:
                raise forms.ValidationError(_("There is no lesson “%(uid)s”.") % {"uid": uid})
            if leads_to(needs, uid, self.lesson.uid):
                message = _("“%(uid)s” itself requires this lesson.")
                raise forms.ValidationError(message % {"uid": uid})
        return uids

    def clean(self) -> dict[str, Any]:
        """Require both code files of the exercise or neither."""
        found: dict[str, Any] = self.cleaned_data
        for name, code in (("starter_file", "starter"), ("check_file", "check_code")):
            text = clean_text(found.get(code, "")).rstrip("\n")
            found[code] = f"{text}\n" if text.strip() else ""
            if bool(found.get(name)) != bool(found[code]):
                self.add_error(name, _("The file's name and its code come together."))
            elif found[code] and not is_sample_file(found[name]):
                self.add_error(name, _("Enter a name like samples/grad.starter.py."))
        if bool(found["starter"]) != bool(found["check_code"]):
            self.add_error("check_file", _("The first code and the check come together."))
        elif found["starter"] and found.get("starter_file") == found.get("check_file"):
            self.add_error("check_file", _("This is a duplicate."))
        return found

    def clean_slug(self) -> str:
        """Require a slug that no other lesson of the quest has."""
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise forms.ValidationError(_("The site itself uses this address."))
        others = Lesson.objects.filter(quest=self.lesson.quest_id).exclude(pk=self.lesson.pk)
        if others.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another lesson of this quest has this address."))
        return slug
