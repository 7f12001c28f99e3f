"""A learner's browser, modelled in Python just as static/js/progress works."""

import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo


def op(kind="c", lesson="jax-000", *, at=None, off=0, tz="Asia/Seoul", day=None, x=None, **more):
    """One operation as a browser writes it."""
    at = int(time.time() * 1000) if at is None else at
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(tz)) if abs(at) < 10**13 else None
    body = {"v": 1, "id": str(uuid.uuid4()), "k": kind, "l": lesson, "at": at, "off": off,
            "day": day or (local.date().isoformat() if local else None), "tz": tz, "n": 0}  # fmt: skip
    return body | ({"x": x or []} if kind == "u" else {}) | more


def post_sync(client, learner, ops=(), *, cursor=0, epoch="", **more):
    """POST /progress/sync/ as the given learner's browser."""
    body = {"v": 1, "account": learner.public_id, "device": "test", "cursor": cursor,
            "epoch": epoch, "now": int(time.time() * 1000), "ops": list(ops)} | more  # fmt: skip
    return client.post("/progress/sync/", json.dumps(body), content_type="application/json")
