"""Replays of a range of a topic as they are stored: what was asked for, and how far each one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import click
from pydantic import JsonValue
from pydantic_core import from_json, to_json

from ops.actions.action import Change, Deed, record_actions
from ops.replay.asked import registration_of, shown
from ops.replay.topic_reader import Offsets
from ops.servers.administrator import Database, looking
from ops.terminal.view import View


class Replay(View):
    """A stored replay.

    `starts`, `ends` and `positions` are offsets by lane. `asked` is what was typed; an unfinished replay goes on when
    the same is typed again. A forced replay has its own `epoch` of effects; for any other that is 0.
    """

    id: UUID
    begun_at: datetime
    service: str
    topic: str
    asked: str
    starts: Mapping[int, int]
    ends: Mapping[int, int]
    positions: Mapping[int, int]
    queued: int
    finished_at: datetime | None
    stopped_at: datetime | None
    epoch: int
    paused_at: datetime | None = None

    @property
    def total(self) -> int:
        """How many offsets its range has."""
        return sum(self.ends[lane] - start for lane, start in self.starts.items())

    @property
    def passed(self) -> int:
        """How many of these are done."""
        return sum(position - self.starts[lane] for lane, position in self.positions.items())


@dataclass(frozen=True, slots=True)
class Range:
    """What is asked for, and which offsets that is now; `is_forced`: whether to decide it again in a new epoch."""

    service: str
    topic: str
    asked: str
    starts: Offsets
    ends: Offsets
    is_forced: bool = False

    def overlaps(self, one: Replay) -> bool:
        """Whether both can mean the same record."""
        if (one.service, one.topic) != (self.service, self.topic):
            return False
        about = {registration_of(self.asked), registration_of(one.asked)}
        if None not in about and len(about) > 1:
            return False
        lanes = self.starts.keys() & one.starts.keys()
        return any(max(self.starts[at], one.starts[at]) < min(self.ends[at], one.ends[at]) for at in lanes)


async def unfinished(database: Database, asked: str) -> Replay | None:
    """The unfinished replay for which the same was typed, if any."""
    row = await database.fetchrow(_UNFINISHED, asked)
    return None if row is None else _replay(row)


async def newest_replays(url: str, limit: int) -> list[Replay]:
    """The newest replays, newest first."""
    async with looking(url) as database:
        return [_replay(row) for row in await database.fetch(_NEWEST, limit)]


async def check_beside(database: Database, wanted: Range) -> None:
    """Raises ClickException when an unfinished forced replay overlaps this forced one: effects would come twice."""
    others = [_replay(row) for row in await database.fetch(_FORCED)] if wanted.is_forced else []
    for one in others:
        if wanted.overlaps(one):
            raise click.ClickException(
                f"a forced replay of some of these records is not at its end: {shown(one.asked)}. Its records "
                "would be decided twice, and its mails sent twice. Type that command again to go on with it, or end "
                f"it: `koppeling replay stop {one.id}`"
            )


async def begin(database: Database, wanted: Range, why: str) -> Replay:
    """Store and record a new replay. Raises ClickException as `check_beside`, or when another was begun just now."""
    texts = (wanted.service, wanted.topic, wanted.asked, _ranges(wanted), _json(wanted.starts))
    # The epoch first: a forced replay begun after the check below has the same epoch, so one of the two is refused.
    epoch = await database.fetchval(_NEXT_EPOCH) if wanted.is_forced else 0
    await check_beside(database, wanted)
    row = await database.fetchrow(_BEGIN, uuid4(), *texts, epoch)
    if row is None:
        raise click.ClickException(
            "the same replay, or another forced one, was begun at this moment: type it again to see how far that is"
        )
    replay = _replay(row)
    await _record(database, _begun_as(replay), replay, why)
    return replay


async def go_on(database: Database, replay: Replay, why: str) -> None:
    """Record that it goes on."""
    await _record(database, _begun_as(replay), replay, why)


async def advance(database: Database, replay: Replay, positions: Offsets, queued: int) -> Replay:
    """Store how far it is; returns it as it is then.

    Raises:
        ClickException: it was stopped, or another command drives it as well.
    """
    row = await database.fetchrow(_ADVANCE, replay.id, _json(replay.positions), _json(positions), queued)
    if row is None:
        raise click.ClickException(
            "this replay was stopped, or another command drives it now: `koppeling replay list` says which. "
            "Queued rows are handled; this command has stopped"
        )
    return _replay(row)


async def finish(database: Database, replay: Replay) -> None:
    """Store that it is finished."""
    await database.execute("update operations.replay set finished_at = now() where id = $1", replay.id)


async def under_way(database: Database, id_: UUID) -> Replay:
    """The unfinished replay with this id. Raises ClickException when there is none."""
    row = await database.fetchrow("select * from operations.replay where id = $1", id_)
    if row is None:
        raise click.ClickException(f"there is no replay {id_}: `koppeling replay list` shows them")
    if row["finished_at"] is not None:
        raise click.ClickException(f"{id_} is at its end already: nothing was changed")
    return _replay(row)


async def is_paused(database: Database, id_: UUID) -> bool:
    """Whether it has to wait; a stopped one does not."""
    return bool(await database.fetchval(_IS_PAUSED, id_))


def why_not_changed(replay: Replay, deed: Deed) -> str | None:
    """Why this cannot be done to an unfinished replay; None when it can."""
    match deed:
        case Deed.PAUSE_REPLAY if replay.paused_at:
            return f"{replay.id} is paused already"
        case Deed.RESUME_REPLAY if not replay.paused_at:
            return f"{replay.id} is not paused"
        case _:
            return None


async def change(database: Database, replay: Replay, deed: Deed, why: str) -> Replay:
    """Pause, resume or stop it; the command that drives it obeys at its next step.

    Raises:
        ClickException: it has changed meanwhile.
    """
    row = await database.fetchrow(_CHANGES[deed], replay.id)
    if row is None:
        raise click.ClickException(f"{replay.id} has changed since you looked: nothing was done")
    changed = _replay(row)
    await _record(database, deed, changed, why)
    return changed


async def _record(database: Database, deed: Deed, replay: Replay, why: str) -> None:
    before: dict[str, JsonValue] = {"asked": replay.asked, "passed": replay.passed, "total": replay.total}
    after: dict[str, JsonValue] = {"epoch": replay.epoch} if deed is Deed.FORCE else {}
    await record_actions(database, deed, why, [Change(replay.service, str(replay.id), None, before, after)])


def _begun_as(replay: Replay) -> Deed:
    return Deed.FORCE if replay.epoch else Deed.REPLAY


def _replay(row: Any) -> Replay:
    ranges = {int(lane): bounds for lane, bounds in from_json(row["ranges"]).items()}
    named = ("id", "begun_at", "service", "topic", "asked", "queued", "finished_at", "stopped_at", "epoch", "paused_at")
    fields = {name: row[name] for name in named}
    return Replay(
        **fields,
        starts={lane: start for lane, (start, _) in ranges.items()},
        ends={lane: end for lane, (_, end) in ranges.items()},
        positions={int(lane): offset for lane, offset in from_json(row["positions"]).items()},
    )


def _ranges(wanted: Range) -> str:
    return to_json({lane: (start, wanted.ends[lane]) for lane, start in wanted.starts.items()}).decode()


def _json(offsets: Offsets) -> str:
    return to_json(dict(offsets)).decode()


_UNFINISHED = "select * from operations.replay where asked = $1 and finished_at is null"
_FORCED = "select * from operations.replay where epoch > 0 and finished_at is null"
_NEWEST = "select * from operations.replay order by begun_at desc limit $1"
_BEGIN = """
insert into operations.replay (id, service, topic, asked, ranges, positions, epoch)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning *
"""
# Higher than any epoch that was ever used, by a replay or by a mail planned anew, even one that was taken out since: so
# the ids of its mails are new.
_NEXT_EPOCH = """
select 1 + greatest(
  (select max(epoch) from operations.replay where epoch > 0),
  (select max(epoch) from notifier.effect where epoch > 0),
  (select max((before ->> 'epoch')::int) + 1 from operations.action
    where service = 'notifier' and after ->> 'planned anew as' is not null),
  0
)
"""
_CHANGES = {
    Deed.PAUSE_REPLAY: """
update operations.replay set paused_at = now() where id = $1 and finished_at is null and paused_at is null returning *
""",
    Deed.RESUME_REPLAY: """
update operations.replay set paused_at = null where id = $1 and finished_at is null and paused_at is not null
returning *
""",
    Deed.STOP_REPLAY: """
update operations.replay set finished_at = now(), stopped_at = now() where id = $1 and finished_at is null returning *
""",
}
_IS_PAUSED = "select paused_at is not null and finished_at is null from operations.replay where id = $1"
_ADVANCE = """
update operations.replay set positions = $3, queued = queued + $4
where id = $1 and positions = $2::jsonb and finished_at is null returning *
"""
