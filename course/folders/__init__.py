"""Import and export of quests as folders of files, and conflicts between the two."""
