"""Forms of the settings pages, with errors and help texts linked for screen readers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import former
from accounts.handles import normalize_handle, skeleton, validate_handle
from accounts.models import MailPreference, User
from accounts.names import clean_name, validate_name
from accounts.registry import Kind, kinds_for, profile_sections, renamings
from accounts.zones import zones

TAKEN = _("This handle is taken, or looks like one that is.")


class OwnForm(forms.ModelForm):
    """Model form that saves only its own columns, so that it doesn't overwrite other changes."""

    also_saved: tuple[str, ...] = ()

    def save(self, commit: bool = True) -> User:
        """Save the form's columns."""
        user: User = super().save(commit=False)
        if commit:
            user.save(update_fields=[*(self._meta.fields or ()), *self.also_saved])
        return user


class ProfileForm(OwnForm):
    """Public identity: handle, display name and visibility of the profile."""

    also_saved = ("handle_skeleton",)
    profile_sections = forms.MultipleChoiceField(
        label=_("Shown on the public profile"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ["handle", "display_name", "profile_public", "profile_sections"]
        labels = {"profile_public": _("Anyone may see my profile page")}
        help_texts = {
            "handle": _(
                "Part of your profile's address. Letters (a–z or Hangul), digits, hyphens."
            ),
            "display_name": _("Shown beside your comments. Leave it empty to show the handle."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(section.name, section.label) for section in profile_sections.values()]
        self.fields["profile_sections"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["profile_sections"]

    def save_unless_taken(self) -> bool:
        """Save the profile. Returns False and adds an error when the handle was just taken."""
        try:
            self.save()
        except IntegrityError:
            self.add_error("handle", TAKEN)
            return False
        return True

    def save(self, commit: bool = True) -> User:
        """Save the profile, and call the registered apps when the visible name changed."""
        with transaction.atomic():
            # Locked: two changes at once would keep the first handle only.
            before = User.objects.select_for_update(no_key=True).get(pk=self.instance.pk).handle
            user = super().save(commit)
            if commit and user.handle != before:
                former.keep(user, before)
            if commit and {"handle", "display_name"} & set(self.changed_data):
                for renamed in renamings.values():
                    renamed(user)
        return user

    def clean_display_name(self) -> str:
        """Return the name as it is stored. Raises for names of the site and of its staff."""
        name = clean_name(self.cleaned_data["display_name"])
        stored = User.objects.values_list("display_name", flat=True).get(pk=self.instance.pk)
        if name != stored:
            validate_name(name, own=self.instance.pk)
        return name

    def clean_handle(self) -> str:
        """Return the normalized handle. Raises for malformed, reserved and look-alike handles."""
        handle = normalize_handle(self.cleaned_data["handle"])
        if handle == User.objects.values_list("handle", flat=True).get(pk=self.instance.pk):
            return handle
        validate_handle(handle)
        alike = User.objects.filter(handle_skeleton=skeleton(handle))
        if alike.exclude(pk=self.instance.pk).exists():
            raise ValidationError(TAKEN)
        former.check_free(handle, own=self.instance.pk)
        return handle


class NameForm(ProfileForm):
    """The display name alone, asked for at the first comment."""

    class Meta(ProfileForm.Meta):
        fields = ["display_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("profile_sections", None)
        field = self.fields["display_name"]
        field.required, field.help_text = True, _("Shown beside your comments.")

    def clean_display_name(self) -> str:
        """Return the name. Raises for one of invisible characters alone, too."""
        name = super().clean_display_name()
        if not name:
            raise ValidationError(_("Please enter a name that can be seen."))
        return name


class PreferencesForm(OwnForm):
    """Language, theme and time zone."""

    also_saved = ("time_zone_confirmed",)

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Your learning days and the daily mail follow this clock."),
    )

    class Meta:
        model = User
        fields = ["language", "theme", "time_zone"]
        help_texts = {"language": _("The language of mails and notifications.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, name.replace("_", " ")) for name in zones()]
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> User:
        """Save, and mark the time zone as confirmed."""
        self.instance.time_zone_confirmed = True
        return super().save(commit)


class ZoneForm(OwnForm):
    """Form of the banner that offers the browser's time zone."""

    also_saved = ("time_zone_confirmed",)

    time_zone = forms.ChoiceField(choices=lambda: [(name, name) for name in zones()])

    class Meta:
        model = User
        fields = ["time_zone"]

    def save(self, commit: bool = True) -> User:
        """Save the zone and mark it as confirmed."""
        self.instance.time_zone_confirmed = True
        return super().save(commit)


class ThemeForm(OwnForm):
    """Validates the request of the header's theme button."""

    class Meta:
        model = User
        fields = ["theme"]


class MailForm(forms.Form):
    """One mail preference for each kind of notification."""

    choices = MailPreference.Choice.choices

    def __init__(self, *args: Any, learner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learner = learner
        chosen = dict(learner.mail_preferences.values_list("kind", "choice"))
        for kind in kinds_for(learner):
            if kind.timed:
                continue
            self.fields[kind.name] = choice_field(kind, chosen.get(kind.name, kind.default))

    def save(self) -> None:
        """Save every preference; the unsubscribe tokens of mails already sent stay valid."""
        rows = [
            MailPreference(learner=self.learner, kind=kind, choice=choice)
            for kind, choice in self.cleaned_data.items()
        ]
        MailPreference.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["learner", "kind"],
            update_fields=["choice"],
        )


def choice_field(kind: Kind, chosen: str) -> forms.ChoiceField:
    """Return the form field for one kind of notification."""
    return forms.ChoiceField(
        label=kind.label,
        choices=MailForm.choices,
        initial=chosen,
        widget=forms.RadioSelect,
    )


class DeletionForm(forms.Form):
    """Whether comments are deleted with the account or kept without a name."""

    comments = forms.ChoiceField(
        label=_("Your comments"),
        choices=[
            ("keep", _("Keep them, signed “deleted learner”")),
            ("remove", _("Delete them with my account")),
        ],
        initial="keep",
        widget=forms.RadioSelect,
    )
