"""The error that ends an audit without a verdict."""

import click


class AuditError(click.ClickException):
    """There is no verdict; the message says why, and what to do."""
