"""All tests of the project; they mirror `bot/` path for path."""
