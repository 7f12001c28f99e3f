"""Registries that higher apps fill, so that this app need not import them.

Each app fills the registries in its `AppConfig.ready()`:

- `register_export`: its files in "download my data";
- `register_erasure`: what it does when an account is deleted;
- `register_renaming`: what it does when a learner has another name;
- `register_restart`: what a learner may start over with, from "your data";
- `register_kind`: a kind of notification, with its own mail preference;
- `register_profile_section`: a part of the public profile that its owner can switch on;
- `register_version`: a value that comes along with the session and its owner;
- `register_chore`: something to do again and again in the background;
- `register_settings_page`: a page of the settings, by the name of its address.

Registering a name again replaces the earlier entry, so reloading an app is harmless.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # models are not loaded yet when the apps register
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from accounts.models import Notification, User, Viewer
    from accounts.notifications import Notice

    Label = str | _StrPromise


@dataclass(frozen=True)
class ExportFile:
    """A file of a learner's export: relative path and contents (text is UTF-8)."""

    path: str
    content: bytes | str


Export = Callable[["User"], Iterable[ExportFile]]
Erasure = Callable[["User", bool], None]
Recheck = Callable[[Sequence["Notification"]], Mapping[int, "Notice | None"]]
Present = Callable[[Sequence["Notification"]], Mapping[int, "Notice"]]
ForWhom = Callable[["User"], bool]
BuildSection = Callable[["User", "Viewer"], dict[str, Any] | None]


def everybody(learner: "User") -> bool:
    """Return True: most kinds are for everybody."""
    return True


@dataclass(frozen=True)
class Restart:
    """Something a learner can start over with: title, and URL of the confirmation page."""

    title: str
    url: str


@dataclass(frozen=True)
class Kind:
    """A kind of notification. `recheck` returns the latest notices by id right before mailing.

    An id mapped to None is not mailed; a missing id is mailed as stored. A kind that is `timed`
    says by itself when to send it: it is never part of the daily mail, and is chosen on a page of
    its own instead of the table of mails. `present` returns what the list of notifications shows
    of some, by id, in the active language; else what was stored is shown. Only people `for_whom`
    it is are asked how they want it.
    """

    name: str
    label: "Label"
    recheck: Recheck
    default: str = "immediate"
    timed: bool = False
    push: bool | None = False
    present: "Present | None" = None
    for_whom: "ForWhom" = everybody

    @property
    def pushable(self) -> bool:
        """Whether a learner may choose to have it pushed."""
        return self.push is not None


@dataclass(frozen=True)
class ProfileSection:
    """A section of /u/<handle>/: template, and a function that returns its context or None."""

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
versions: dict[str, "QuerySet"] = {}
settings_pages: dict[str, "Label"] = {}


def unchanged(notifications: Sequence["Notification"]) -> Mapping[int, "Notice | None"]:
    """Recheck function for kinds whose text never changes."""
    return {}


def register_export(name: str, export: Export) -> None:
    """Add an app's files to "download my data"; paths should start with the app's own folder."""
    exports[name] = export


def register_erasure(name: str, erase: Erasure) -> None:
    """Add what an app does when an account is erased: `erase(user, keep_comments)`.

    It runs inside the deletion's transaction, before the user row is deleted, and may run again
    after a failure.
    """
    erasures[name] = erase


def register_restart(name: str, restarts_of: Callable[["User"], Iterable[Restart]]) -> None:
    """Add what a learner may start over with."""
    restarts[name] = restarts_of


def register_renaming(name: str, renamed: Callable[["User"], None]) -> None:
    """Add what an app does when a learner's name changes; runs inside the saving transaction."""
    renamings[name] = renamed


def register_kind(
    kind: str,
    label: "Label",
    recheck: Recheck = unchanged,
    default: str = "immediate",
    *,
    timed: bool = False,
    push: bool | None = False,
    present: Present | None = None,
    for_whom: ForWhom = everybody,
) -> None:
    """Add a kind of notification; `label` is shown in the mail preferences.

    `default` ("immediate", "digest" or "none") holds until a learner chooses; `timed` as in Kind.
    `push`: whether it is pushed until they choose; None for what is no notification.
    """
    kinds[kind] = Kind(kind, label, recheck, default, timed, push, present, for_whom)


def kinds_for(learner: "User") -> list[Kind]:
    """Return the kinds that this learner may be told of."""
    return [kind for kind in kinds.values() if kind.for_whom(learner)]


def register_profile_section(
    name: str,
    template: str,
    build: BuildSection,
    label: "Label | None" = None,
    style: str | None = None,
) -> None:
    """Add a section to public profiles; each owner decides whether it is shown.

    The page shows `label` as heading and below it `template`, rendered with the context that
    `build` returned; `style` is a static file that the template needs.
    """
    profile_sections[name] = ProfileSection(name, label or name, template, build, style)


def register_chore(name: str, chore: Callable[[], object]) -> None:
    """Add an idempotent, quick background chore that runs at every sweep (about twice a minute)."""
    chores[name] = chore


def register_version(name: str, version: "QuerySet") -> None:
    """Add a value to the session query: an expression on the account OuterRef("pk").

    `owner.session_versions[name]` is its value. A number that grows with each change shows whether
    a value cached for the learner is still current.
    """
    versions[name] = version


def register_settings_page(name: str, label: "Label") -> None:
    """Add a page to the settings menu; `name` is that of its URL pattern."""
    settings_pages[name] = label
