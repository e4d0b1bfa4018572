"""What must outlive a restart: SQLite or PostgreSQL by one URL."""
