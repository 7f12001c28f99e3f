"""The whole site in one file, and back: tables as JSON lines, uploaded files, and a manifest.

Needs no program of the database, so a backup from SQLite can be restored into Postgres and the
other way round. `writing.write` makes the file, `restoring.restore` reads it.
"""
