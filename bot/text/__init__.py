"""Chinese text utilities: pure functions, no state, no input or output."""
