"""Notices: written in private, previewed, sent to groups, receipted, corrected, recalled."""
