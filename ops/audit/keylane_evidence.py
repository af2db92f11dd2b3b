"""Evidence from Keylane: the record that its simulator keeps, opened for reading only."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from json import loads
from pathlib import Path

import click

from ops.audit.judge.evidence import KeylaneCancellation, KeylaneRecord, KeylaneReport, KeylaneRequest


def read_keylane(file: Path) -> KeylaneRecord:
    """Everything in this file. Raises ClickException when it is no such record."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as record:
            requests = record.execute("select source, id, subject, connection, cycle, outcome from request").fetchall()
            cancellations = record.execute("select id, subject, connection, cycle from cancellation").fetchall()
            reports = record.execute("select headers, subject, published_at from report").fetchall()
    except sqlite3.Error as error:
        raise click.ClickException(f"{file}: no record of Keylane's ({type(error).__name__})") from None
    return KeylaneRecord(
        tuple(KeylaneRequest(*row) for row in requests),
        tuple(_report(dict(loads(headers)), subject, at) for headers, subject, at in reports),
        tuple(KeylaneCancellation(*row) for row in cancellations),
    )


def _report(envelope: Mapping[str, str], subject: str, published_at: float | None) -> KeylaneReport:
    return KeylaneReport(
        envelope.get("ce_id", ""), subject, published=published_at is not None, time=envelope.get("ce_time", "")
    )
