"""The audit log: who did what, when; by ids alone."""

from bot.organisation.log.store import AuditEntry, AuditStore

__all__ = ["AuditEntry", "AuditStore"]
