"""Changing the knowledge in the chat: guided, previewed, checked, and undone with one press."""
