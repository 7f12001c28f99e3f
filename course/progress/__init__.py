"""Progress that is never lost: the log, its fold, sync, and what follows from it."""
