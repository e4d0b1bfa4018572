"""Groups bound to units, roles granted and withdrawn, the roster and joining it."""
