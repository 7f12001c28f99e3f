"""What the higher apps add to a learner's account, without this app knowing them.

Each app fills the registries in its `AppConfig.ready()`:

- `register_export`: its files in "download my data";
- `register_erasure`: what it does when an account is deleted;
- `register_renaming`: what it does when a learner has another name;
- `register_restart`: what a learner may start over with, from "your data";
- `register_kind`: a kind of notification, with its own mail preference;
- `register_profile_section`: a part of the public profile that its owner can switch on;
- `register_stamp`: a value that comes along with the session and its owner;
- `register_chore`: something to do again and again in the background.

Registering a name again replaces the earlier entry, so reloading an app is harmless.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # models are not loaded yet when the apps register
    from django.utils.functional import _StrPromise

    from accounts.models import Notification, User
    from accounts.notifications import Notice

    Label = str | _StrPromise


@dataclass(frozen=True)
class ExportFile:
    """One file in a learner's export: a relative path and its contents (text is UTF-8)."""

    path: str
    content: bytes | str


Export = Callable[["User"], Iterable[ExportFile]]
Erasure = Callable[["User", bool], None]
Recheck = Callable[[Sequence["Notification"]], Mapping[int, "Notice | None"]]
BuildSection = Callable[["User", "User | None"], dict[str, Any] | None]


@dataclass(frozen=True)
class Restart:
    """Something a learner may start over with: its title, and the page that asks first."""

    title: str
    url: str


@dataclass(frozen=True)
class Kind:
    """A kind of notification; `recheck` gives the latest notice by id right before mailing.

    An id that maps to None is not mailed; an id that is missing is mailed as it was stored.
    """

    name: str
    label: "Label"
    recheck: Recheck
    default: str = "immediate"


@dataclass(frozen=True)
class ProfileSection:
    """A part of /u/<handle>/: a template and what builds its context, None for nothing to show."""

    name: str
    label: "Label"
    template: str
    build: BuildSection
    style: str | None = None


exports: dict[str, Export] = {}
erasures: dict[str, Erasure] = {}
kinds: dict[str, Kind] = {}
profile_sections: dict[str, ProfileSection] = {}
restarts: dict[str, Callable[["User"], Iterable[Restart]]] = {}
renamings: dict[str, Callable[["User"], None]] = {}
chores: dict[str, Callable[[], object]] = {}
stamps: dict[str, str] = {}


def unchanged(notifications: Sequence["Notification"]) -> Mapping[int, "Notice | None"]:
    """The recheck of kinds whose text can't change after the fact."""
    return {}


def register_export(name: str, export: Export) -> None:
    """Add an app's files to "download my data"; paths should start with the app's own folder."""
    exports[name] = export


def register_erasure(name: str, erase: Erasure) -> None:
    """Add what an app does when an account goes: `erase(user, keep_comments)`.

    It runs inside the deletion's transaction, before the user row is deleted, and may run again
    after a failure.
    """
    erasures[name] = erase


def register_restart(name: str, restarts_of: Callable[["User"], Iterable[Restart]]) -> None:
    """Add what a learner may start over with."""
    restarts[name] = restarts_of


def register_renaming(name: str, renamed: Callable[["User"], None]) -> None:
    """Add what an app does when a learner has another name; inside the saving's transaction."""
    renamings[name] = renamed


def register_kind(
    kind: str, label: "Label", recheck: Recheck = unchanged, default: str = "immediate"
) -> None:
    """Add a kind of notification; `label` is shown in the mail preferences.

    `default` ("immediate", "digest" or "none") holds until a learner chooses.
    """
    kinds[kind] = Kind(kind, label, recheck, default)


def register_profile_section(
    name: str,
    template: str,
    build: BuildSection,
    label: "Label | None" = None,
    style: str | None = None,
) -> None:
    """Add a section to public profiles; each owner decides whether it shows.

    The page shows `label` as heading and below it `template` with what `build` returned as its
    context; `style` is a static file that the template needs.
    """
    profile_sections[name] = ProfileSection(name, label or name, template, build, style)


def register_chore(name: str, chore: Callable[[], object]) -> None:
    """Add a background chore: idempotent, quick, run at every sweep (about twice a minute)."""
    chores[name] = chore


def register_stamp(name: str, sql: str) -> None:
    """Add a scalar subquery on the account `u.id` to the one query of session and owner.

    `owner.stamps[name]` is its value. A number that grows with each change tells whether what a
    process remembers of the learner still holds.
    """
    stamps[name] = sql
