"""Conversation: one message in, one reply out."""
