"""A learner's rhythm: the goal of the day, reminders, followed quests and the weekly letter."""
