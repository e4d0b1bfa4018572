"""The inbox: what was asked in vain, without who asked, until somebody mends the knowledge."""
