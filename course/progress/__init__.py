"""Progress: the log, its fold, sync, and the awards that follow."""
