"""The lane of a channel: its limits and its troubles, shared by all processes."""
