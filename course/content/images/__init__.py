"""Images of lessons."""
