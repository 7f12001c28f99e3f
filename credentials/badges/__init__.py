"""Open Badges 3.0: keys, documents, signatures and the status list."""
