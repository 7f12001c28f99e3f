"""The moderators' group and its permissions."""

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
    """Create the group with its permissions; `apps` is the real or a migration's registry.

    Missing permissions are created here, because Django creates them only after all migrations.
    """
    group = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)[0]
    group.permissions.add(
        *(permission(apps, model, verb) for model, verbs in PERMISSIONS.items() for verb in verbs)
    )


def permission(apps: Any, model: str, verb: str) -> Any:
    """Return a verb's permission on a model of this app, created when missing."""
    content_type = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="comments", model=model
    )[0]
    name = "Can moderate comments and reports" if verb == "moderate" else f"Can {verb} {model}"
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=f"{verb}_{model}", defaults={"name": name}
    )[0]
