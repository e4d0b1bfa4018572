"""Keeping the knowledge fresh: admins hear what is wrong with the files and when it is mended."""
