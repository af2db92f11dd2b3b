"""Keylane's simulator from a test's side: what it has put on record."""

import json
import sqlite3
from contextlib import closing
from datetime import date, datetime
from typing import Any

from joserfc.jwk import KeySet

from payroll.amsterdam import AMSTERDAM
from sandbox.running import RunningSandbox
from schemas.sealing import Binding, seal


def published_keys(sandbox: RunningSandbox) -> KeySet:
    """What web forms seal for."""
    return KeySet.import_key_set(json.loads(sandbox.endpoints().keylane.jwks.read_text("utf-8")))


def sealed(sandbox: RunningSandbox, secret: str, registration: str, connection: int = 1) -> str:
    """A client secret as a web form sends it."""
    return seal(secret, published_keys(sandbox), Binding(registration, connection, "client_secret"))


def was_asked(sandbox: RunningSandbox, registration: str) -> bool:
    """Whether a request about this registration is on record."""
    return bool(on_record(sandbox, "select id from request where subject = ?", registration))


def configured_on(sandbox: RunningSandbox, registration: str) -> date:
    """The day in Amsterdam on which Keylane says to have configured the registration's (last) connection."""
    rows = on_record(sandbox, "select value from report where subject = ?", registration)
    reports = [json.loads(value) for (value,) in rows]
    configured = [report["reported_at"] for report in reports if report["report"] == "configured"]
    return datetime.fromisoformat(configured[-1]).astimezone(AMSTERDAM).date()


def on_record(sandbox: RunningSandbox, question: str, *values: str) -> list[tuple[Any, ...]]:
    """The rows of the simulator's own record that answer this."""
    with closing(sqlite3.connect(f"file:{sandbox.state.keylane / 'record.sqlite'}?mode=ro", uri=True)) as record:
        return record.execute(question, values).fetchall()
