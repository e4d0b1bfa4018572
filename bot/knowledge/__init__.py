"""The approved files: their models, how they are read, and every problem with its place."""
