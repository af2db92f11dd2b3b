"""What can keep an audit from being made."""

import click


class AuditError(click.ClickException):
    """There is no verdict; the text says why, and what to do."""
