"""Backups: the database and the knowledge files as one checked file, made while the desk runs."""

from bot.backup.archive import BackupDamaged, BackupError, Manifest, manifest_of, pack, unpack
from bot.backup.database import copied, in_use, look

__all__ = [
    "BackupDamaged",
    "BackupError",
    "Manifest",
    "copied",
    "in_use",
    "look",
    "manifest_of",
    "pack",
    "unpack",
]
