"""Pictures of lessons: checked, re-encoded, stored once under the hash of their bytes."""
