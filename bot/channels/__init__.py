"""Where the desk is spoken with: one folder or file a platform."""
