"""One file a step, named by number and purpose; a step that was released never changes."""
