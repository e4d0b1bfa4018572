"""What the desk says unasked: written down first, then sent once, within the platform's limits."""
