"""Sanitizing: bleach cleans Markdown's output, nh3 cleans the complete HTML.

Two independent sanitizers must agree, so that a flaw in one is no vulnerability of the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import bleach
import nh3
from bleach.linkifier import LinkifyFilter

from .policy import (
    BARE_URL,
    CLASSES,
    FIXED_VALUES,
    MATH_CLASS,
    MATH_TAGS,
    PYGMENTS_CLASSES,
    Policy,
)


def first_clean(html: str, policy: Policy) -> str:
    """Clean with bleach; disallowed markup is shown as text, so that authors notice it."""
    cleaner = bleach.Cleaner(
        tags=policy.tags,
        attributes=lambda tag, name, value: (
            allowed_value(policy.attributes, tag, name, value) is not None
        ),
        protocols={"http", "https", "mailto"},
        strip=False,
        strip_comments=True,
        filters=[_linkify] if policy.linkify else [],
    )
    return str(cleaner.clean(html))


def _linkify(source: Any) -> LinkifyFilter:
    return LinkifyFilter(source, callbacks=[], skip_tags={"pre", "code"}, url_re=BARE_URL)


def last_word(html: str, policy: Policy) -> str:
    """Clean the complete HTML with nh3; only what the policy allows remains."""
    attributes = {**policy.attributes, **(policy.trusted_attributes or {})}
    if policy.rel:
        attributes["a"] = attributes["a"] | {"rel"}
    return nh3.clean(
        html,
        tags=policy.tags | policy.trusted_tags,
        attributes=attributes,
        attribute_filter=lambda tag, name, value: allowed_value(attributes, tag, name, value),
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


def allowed_value(
    attributes: Mapping[str, frozenset[str]], tag: str, name: str, value: str
) -> str | None:
    """Return the attribute's value if the policy allows it, else None."""
    if name not in attributes.get(tag, ()):
        return None
    if name == "class":
        return value if _class_is_ours(tag, value) else None
    pattern = FIXED_VALUES.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


def _class_is_ours(tag: str, value: str) -> bool:
    if tag == "span" and value in PYGMENTS_CLASSES:
        return True
    if tag in MATH_TAGS or tag == "span":
        return all(MATH_CLASS.fullmatch(name) for name in value.split())
    pattern = CLASSES.get(tag)
    return pattern is not None and pattern.fullmatch(value) is not None
