"""Scripts that show speed and quality side by side with what a user would pick instead."""
