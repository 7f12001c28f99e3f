"""Mail delivery: mails are queued in the database and sent by the background worker."""
