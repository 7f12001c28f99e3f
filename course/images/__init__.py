"""Lessons' pictures: checked by content, re-encoded, stored once under the hash of their bytes."""
