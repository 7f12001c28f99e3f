"""The group of moderators, with just the permissions that the desk needs."""

from typing import Any

GROUP = "Moderator"
# The desk changes rows through its own actions only, so "view" is enough for most tables.
PERMISSIONS = {
    "comment": ("view", "moderate"),
    "bugreport": ("view",),
    "thread": ("view",),
    "auditentry": ("view",),
    "sanction": ("view",),
    "note": ("view", "add"),
    "cannedreply": ("view", "add", "change", "delete"),
    "blockedword": ("view", "add", "change", "delete"),
}


def ensure_moderators(apps: Any) -> None:
    """Make the group and give it its permissions; `apps` is a registry, of a migration or real.

    Permissions are made here when missing, because Django makes them only after all migrations.
    """
    group = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)[0]
    group.permissions.add(
        *(permission(apps, model, verb) for model, verbs in PERMISSIONS.items() for verb in verbs)
    )


def permission(apps: Any, model: str, verb: str) -> Any:
    """The permission row of a verb on a model of this app, made when it is missing."""
    content_type = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="comments", model=model
    )[0]
    name = "Can moderate comments and reports" if verb == "moderate" else f"Can {verb} {model}"
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=f"{verb}_{model}", defaults={"name": name}
    )[0]
