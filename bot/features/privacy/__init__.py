"""What is kept of members: told, handed out, deleted, also from the desk's own backups."""
