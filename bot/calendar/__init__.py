"""What happens when: the calendar files read as dates."""
