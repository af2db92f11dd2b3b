"""A range of a topic as an operator asks for it, and the offsets that it stands for. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import click

from ops.replay.force_options import NOT_FORCED, Force
from ops.replay.topic_reader import Offsets
from ops.terminal.age import moment
from schemas.flow import LANES, SERVICES
from stream.decode import Item, Received


class NothingThereError(click.ClickException):
    """No record stands in the range that was asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. `first` and `last` are offsets, both inclusive; `since` is inclusive, `until` exclusive.

    `registration`: only the records about it are meant. `force`: whether they are decided again. `part_of`: the day
    that this is a part of. A part is not the same replay as that range by itself, as a day's parts go on together.
    """

    topic: str
    service: str
    lanes: tuple[int, ...] = ()
    first: int | None = None
    last: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    registration: str | None = None
    force: Force = NOT_FORCED
    part_of: str | None = None

    def means(self, item: Item) -> bool:
        """Whether this record of the range is meant."""
        return self.registration is None or (isinstance(item, Received) and item.subject == self.registration)

    def checked(self) -> "Asked":
        """The same with its lanes named. Raises UsageError for what cannot be meant."""
        (party,) = (party for party in SERVICES if party.name == self.service)
        topics = [event.name for event in party.consumes]
        if self.topic not in topics:
            raise click.UsageError(f"{self.service} does not read {self.topic}; it reads {', '.join(topics)}")
        if wrong := sorted(lane for lane in self.lanes if lane not in range(LANES)):
            raise click.UsageError(f"there is no lane {wrong[0]}: lanes are numbered 0 to {LANES - 1}")
        if (self.first, self.last) != (None, None) and len(set(self.lanes)) != 1:
            raise click.UsageError("--from and --to are offsets of one lane: name it with --lane")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise click.UsageError(f"--to {self.last} lies before --from {self.first}")
        self.force.check()
        if self.since and self.until and self.until <= self.since:
            raise click.UsageError("--until lies before --since")
        return replace(self, lanes=tuple(sorted(set(self.lanes))) or tuple(range(LANES)))

    def __str__(self) -> str:
        """The range in words, the same however it was typed: it is stored so, and people see it as `shown` has it.

        Whether mails may follow is left out: every command has to say that anew, also one that goes on.
        """
        lanes = "" if len(self.lanes) == LANES else f", lanes {' '.join(map(str, self.lanes))}"
        named = (("from", self.first), ("to", self.last), ("since", self.since), ("until", self.until))
        limits = "".join(f", {name} {_text(limit)}" for name, limit in named if limit is not None)
        about = f", registration {self.registration}" if self.registration else ""
        forced = ", forced" if self.force.wanted else ""
        part = f", part of {self.part_of}" if self.part_of else ""
        return f"{self.topic} through {self.service}{lanes}{limits}{about}{forced}{part}"


def _text(limit: int | datetime) -> str:
    return limit.astimezone(UTC).isoformat() if isinstance(limit, datetime) else str(limit)


def shown(asked: str) -> str:
    """A stored range, its moments in the time zone in which operators type them."""
    return _MOMENT.sub(lambda kept: moment(datetime.fromisoformat(kept[0])), asked)


def registration_of(asked: str) -> str | None:
    """The registration that a stored range is limited to; None where it is not."""
    found = _ABOUT.search(asked)
    return found[1] if found else None


_ABOUT = re.compile(r", registration ([^,]+)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")


@dataclass(frozen=True, slots=True)
class TopicBounds:
    """A topic's first and end offsets now, by lane, and the first offset written at `since` and `until` or later."""

    begins: Offsets
    ends: Offsets
    since: Offsets
    until: Offsets


def offsets_of(asked: Asked, bounds: TopicBounds) -> tuple[dict[int, int], dict[int, int]]:
    """Per lane the first offset, and the one behind the last.

    Raises:
        ClickException: an offset that was named is not there, or nothing is.
    """
    for lane in asked.lanes:
        _check_there(asked, lane, bounds)
    starts = {lane: max(asked.first or 0, bounds.since[lane], bounds.begins[lane]) for lane in asked.lanes}
    ends = {lane: max(_end(asked, lane, bounds), starts[lane]) for lane in asked.lanes}
    if starts == ends:
        raise NothingThereError(f"there is no record in this range: {shown(str(asked))}")
    return starts, ends


def _end(asked: Asked, lane: int, bounds: TopicBounds) -> int:
    end = min(bounds.ends[lane], bounds.until[lane])
    return end if asked.last is None else min(end, asked.last + 1)


def _check_there(asked: Asked, lane: int, bounds: TopicBounds) -> None:
    begin, end = bounds.begins[lane], bounds.ends[lane]
    named: Mapping[str, int | None] = {"--from": asked.first, "--to": asked.last}
    for option, offset in named.items():
        if offset is not None and not begin <= offset < end:
            there = f"it holds {begin} to {end - 1} now" if begin < end else "it is empty now"
            raise click.ClickException(f"{option} {offset} is not in {asked.topic}, lane {lane}: {there}")
