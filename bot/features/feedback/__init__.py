"""What helped and what did not: votes under answers, counts without persons, a weekly word."""
