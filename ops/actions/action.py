"""Records what an operator does, in the transaction that does it, in a schema that no service's role may use."""

import getpass
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from pydantic import JsonValue
from pydantic_core import from_json, to_json

from ops.servers.administrator import Database
from ops.terminal.view import View


class Deed(StrEnum):
    """The kinds of actions that are recorded."""

    RETRY = "retry"
    DISCARD = "discard"
    REPLAY = "replay"
    FORCE = "force"
    REDRIVE = "redrive"
    PAUSE_REPLAY = "pause replay"
    RESUME_REPLAY = "resume replay"
    STOP_REPLAY = "stop replay"
    HOLD_BACK = "hold back"
    REWIND = "rewind"
    SETTLE_SENT = "settle sent"
    SETTLE_NOT_SENT = "settle not-sent"
    SETTLE_GIVEN_UP = "settle given-up"
    RESEND = "resend"
    RELEASE_BRAKE = "release brake"
    PAUSE = "pause"
    RESUME = "resume"
    PRUNE = "prune"
    IMPORT_POLICIES = "import policies"
    IMPORT_PROCESSORS = "import processors"
    MATCH_POLICY = "match policy"
    CONFIRM_PROCESSOR = "confirm processor"
    DECLINE_PROCESSOR = "decline processor"
    MOVE_PROCESSOR = "move processor"
    LOOK = "look"
    LOOK_RAW = "look raw"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, to a row, mail, replay or release: its state before and after, without personal data."""

    service: str
    target: str
    registration: str | None
    before: Mapping[str, JsonValue]
    after: Mapping[str, JsonValue]


class Action(View):
    """A recorded change. `who` is the operator's login name on their machine, `role` the one in the database."""

    id: UUID
    command: UUID
    at: datetime
    who: str
    role: str
    what: str
    why: str
    service: str
    target: str
    registration: str | None
    before: dict[str, JsonValue]
    after: dict[str, JsonValue]


async def record_actions(
    database: Database, deed: Deed, why: str, changes: Sequence[Change], *, command: UUID | None = None
) -> UUID:
    """Record these changes, inside the transaction that makes them; returns the command's id.

    `command`: the id of the command that these belong to; without it, they get a new one.
    """
    command = command or uuid4()
    rows = [
        (command, operator(), deed, why, one.service, one.target, one.registration, _json(one.before), _json(one.after))
        for one in changes
    ]
    await database.executemany(_RECORD, rows)
    return command


async def actions_of(database: Database, ids: Sequence[UUID]) -> list[Action]:
    """The actions with these ids, oldest first."""
    return [_action(row) for row in await database.fetch(_THESE, ids)]


async def recorded_actions(database: Database, *, limit: int, looks: bool) -> list[Action]:
    """The newest actions, newest first; with `looks`, also those that only looked."""
    rows = await database.fetch(_NEWEST, limit, looks)
    return [_action(row) for row in rows]


def operator() -> str:
    """The operator's login name, with escapes for bytes that are not UTF-8; the user's number if it has no name."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
    return name.encode(errors="backslashreplace").decode()


def _action(row: Any) -> Action:
    return Action(**{**row, "before": from_json(row["before"]), "after": from_json(row["after"])})


def _json(values: Mapping[str, JsonValue]) -> str:
    return to_json(dict(values)).decode()


_RECORD = """
insert into operations.action (command, who, what, why, service, target, registration, before, after)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_ACTIONS = """
select id, command, at, who, role, what, why, service, target, registration, before, after from operations.action
"""
_THESE = f"{_ACTIONS} where id = any($1) order by at, id"
_NEWEST = f"{_ACTIONS} where $2 or what not in ('look', 'look raw') order by at desc, id limit $1"
