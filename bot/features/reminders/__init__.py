"""Reminders of the calendar's events: sent once, never at night, late with a word or not at all."""
