"""Search over lessons."""
