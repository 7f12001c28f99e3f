"""Quests as folders of files."""
