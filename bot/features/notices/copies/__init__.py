"""A notice in its groups, and what members answered there."""
