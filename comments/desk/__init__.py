"""The moderators' desk: moderation, triage of reports, undo, audit."""
