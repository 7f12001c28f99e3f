"""Backup and restore of the whole site: JSON lines for tables, uploads, and a manifest.

Uses no database client program, so a backup of SQLite can be restored into Postgres and vice versa.
`writing.write` creates the file, `restoring.restore` reads it.
"""
