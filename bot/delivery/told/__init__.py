"""What was said to one member alone: told on request, deleted on request or in time."""
