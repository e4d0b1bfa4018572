"""The steps from an empty database to the newest shape; alembic finds them by their place."""
