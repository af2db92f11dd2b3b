"""What is known of one registration, as a value that only grows. Pure.

Two of them are joined by taking the furthest of each part, so it does not matter in which order events come, how often
they come, or which of them a restart brings again: the same events always give the same standing.
"""

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from pydantic_core import from_json, to_json

from services.monitor.stage import Stage, of_connections

REGISTRATION = 0
"""The part that is the registration's own; connections are parts of their number."""
NEEDS = 1_000
"""Added to a connection's number: the part of what Keylane needs for it, which moves no mark of a link that works."""
CALLED_OFF = 2_000
"""Added to a connection's number: the part of its cancellation, which has the cycle of its last request."""

_ASKED = (Stage.REQUESTED, Stage.CUSTOMER_ACTION_NEEDED)
_ON_ITS_WAY = (Stage.HELD, Stage.ACCEPTED, Stage.AWAITING_POLICY)


class Mark(NamedTuple):
    """A stage reached, compared from left to right: a later cycle, a higher level, a later time (ms since 1970)."""

    cycle: int
    level: int
    at_ms: int
    stage: Stage


class Hold(NamedTuple):
    """That intake holds the registration in a cycle, or (`over`) that what it held is to count no more."""

    cycle: int
    over: bool
    at_ms: int


class Parked(NamedTuple):
    """The last time that a record of it was put aside for a human: when, by whom, why."""

    at_ms: int
    service: str
    reason: str


class Place(NamedTuple):
    """Where a registration stands now, since when, and in which cycle."""

    stage: Stage
    since_ms: int
    cycle: int


class Standing(NamedTuple):
    """Everything that was said of a registration, joined.

    `marks` has one for each part. Under a connection's negative number is a mark of whichever was last: that Keylane
    took it in, or that its customer was reminded; neither replaces a mark of its stage. `told_ms` is the `since` of the
    newest alert. `hold` is no mark, because a correction that lapses leaves the registration where it was before.
    """

    arrived_ms: int
    marks: tuple[tuple[int, Mark], ...] = ()
    parked: Parked | None = None
    told_ms: int = 0
    hold: Hold | None = None

    def joined(self, other: "Standing") -> "Standing":
        """Both together: commutative, associative, and the same again when repeated."""
        return join((self, other))

    @property
    def place(self) -> Place | None:
        """Where it stands; None while only a parked record or an alert is known of it.

        While a correction is on its way to Keylane, its registration stands where the correction does.
        """
        marks = dict(self.marks)
        own = self._own_mark
        connections = [
            _where(mark, marks.get(part + NEEDS), marks.get(-(part % NEEDS)), marks.get(part % NEEDS + CALLED_OFF))
            for part, mark in self.marks
            if part > REGISTRATION and (part < NEEDS or _is_first(part, marks))
        ]
        if not connections or (own is not None and _goes_before(own, connections)):
            return own and Place(own.stage, own.at_ms, own.cycle)
        if len(connections) == 1:  # As most have; and every picture asks everybody.
            return Place(connections[0].stage, connections[0].at_ms, connections[0].cycle)
        stage = of_connections(frozenset(mark.stage for mark in connections))
        there = [mark for mark in connections if mark.stage is stage]
        return Place(stage, max(mark.at_ms for mark in there), max(mark.cycle for mark in there))

    @property
    def is_parked(self) -> bool:
        """Whether it has not moved since a record of it was parked."""
        reminded = Stage.CUSTOMER_ACTION_NEEDED
        moved = [mark.at_ms for part, mark in self.marks if part >= REGISTRATION or mark.stage is not reminded]
        moved += [self.hold.at_ms] if self.hold else []
        return self.parked is not None and all(at_ms <= self.parked.at_ms for at_ms in moved)

    @property
    def _own_mark(self) -> Mark | None:
        own = dict(self.marks).get(REGISTRATION)
        if self.hold is None or self.hold.over:
            return own
        held = Mark(self.hold.cycle, Stage.HELD.level, self.hold.at_ms, Stage.HELD)
        return held if own is None else max(own, held)

    def to_bytes(self) -> bytes:
        """The standing as it is kept in the changelog."""
        return to_json((self.arrived_ms, self.marks, self.parked, self.told_ms, self.hold))


def from_bytes(kept: bytes) -> Standing:
    """What `to_bytes` made. Raises ValueError or TypeError for what has another shape."""
    arrived_ms, marks, parked, told_ms, *later = from_json(kept)
    if not (isinstance(arrived_ms, int) and isinstance(told_ms, int)):
        raise TypeError("no time")
    return _with_hold(
        Standing(
            arrived_ms,
            tuple((part, Mark(cycle, level, at_ms, Stage(stage))) for part, (cycle, level, at_ms, stage) in marks),
            parked and Parked(*parked),
            told_ms,
            Hold(*later[0]) if later and later[0] else None,
        )
    )


def _with_hold(kept: Standing) -> Standing:
    """Turns the mark by which the first release noted a hold into a `Hold`: a mark would outlast a lapse."""
    own = dict(kept.marks).get(REGISTRATION)
    if own is None or own.stage is not Stage.HELD:
        return kept
    marks = tuple((part, mark) for part, mark in kept.marks if part != REGISTRATION)
    hold = Hold(own.cycle, over=False, at_ms=own.at_ms)
    return kept._replace(marks=marks, hold=max(hold, kept.hold or hold))


def join(standings: Sequence[Standing]) -> Standing:
    """All of these together; at least one."""
    marks: dict[int, Mark] = {}
    for standing in standings:
        for part, mark in standing.marks:
            if part not in marks or marks[part] < mark:
                marks[part] = mark
    return Standing(
        min(standing.arrived_ms for standing in standings),
        tuple(sorted(marks.items())),
        max((standing.parked for standing in standings if standing.parked), default=None),
        max(standing.told_ms for standing in standings),
        max((standing.hold for standing in standings if standing.hold), default=None),
    )


def _goes_before(own: Mark, connections: Iterable[Mark]) -> bool:
    """Whether the registration's own mark says more than its connections': it ended, or its correction is on its way.

    Once a correction is enriched, Keylane is asked for what it changes, so from then on the connections say more.
    """
    if own.stage in (Stage.CANCELLED, Stage.REJECTED):
        return True
    return own.stage in _ON_ITS_WAY and own.cycle > max(mark.cycle for mark in connections)


def _is_first(part: int, marks: Container[int]) -> bool:
    """Whether nothing is known of the connection but this part, and what comes after it."""
    number = part % NEEDS
    return number not in marks and (part < CALLED_OFF or number + NEEDS not in marks)


def _where(mark: Mark, need: Mark | None, report: Mark | None, called_off: Mark | None) -> Mark:
    """Where a connection stands, by its mark and what was said of it since; a reminder repeats what was there.

    A need has the cycle of its registration, which a correction that leaves the connection alone has moved on: so it
    says nothing of one that works.
    """
    if called_off is not None and _is_over(mark, called_off):
        return called_off
    if mark.stage not in _ASKED:
        return mark
    if need is not None and mark < need:
        mark = need
    if report is None or report.cycle != mark.cycle or report.at_ms < mark.at_ms:
        return mark
    return mark if report.stage is mark.stage else report


def _is_over(mark: Mark, called_off: Mark) -> bool:
    """Whether a connection at this mark was called off since.

    A request of a later cycle stands. What Keylane said has the cycle of the registration: there the later one counts,
    since a correction that leaves the connection alone has moved that cycle on.
    """
    if called_off.cycle >= mark.cycle:
        return True
    return mark.stage is not Stage.REQUESTED and called_off.at_ms >= mark.at_ms
