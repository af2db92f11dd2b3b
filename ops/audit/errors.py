"""What can keep an audit from being made."""


class AuditError(Exception):
    """There is no verdict; the text says why, and what to do."""
