"""Everything that the page and the JSON show, as one value computed from the standings and the time. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.ids import reference
from services.monitor.stage import Stage
from services.monitor.standing import Place, Standing

WINDOW_MINUTES = 60
ALERTS_SHOWN_MAX = 50
_MINUTE_MS = 60_000
_FAILED = (Stage.REJECTED, Stage.REFUSED)


class Column(NamedTuple):
    """One stage: how many stand there, and for an open one how long already, in seconds."""

    stage: Stage
    registrations: int
    oldest_s: int | None = None
    p50_s: int | None = None
    p95_s: int | None = None


class Alert(NamedTuple):
    """A registration that is stuck; people know it by its reference."""

    registration: str
    reference: str
    stage: Stage
    since_ms: int
    silent_s: int


class Minute(NamedTuple):
    """What happened in one minute; `failures` were rejected, refused or parked."""

    at_ms: int
    arrivals: int
    completions: int
    failures: int


class Picture(NamedTuple):
    """All registrations at one moment. `minutes` are the last sixty, the oldest first, the present one last."""

    at_ms: int
    registrations: int
    columns: tuple[Column, ...]
    parked: int
    stuck: int
    alerts: tuple[Alert, ...]
    minutes: tuple[Minute, ...]


def picture(known: Iterable[tuple[str, Standing]], silence_s: Mapping[Stage, int], now_ms: int) -> Picture:
    """The picture now; a stage that `silence_s` does not name may last for ever."""
    since_by_stage: defaultdict[Stage, list[int]] = defaultdict(list)
    happened: Counter[tuple[int, str]] = Counter()
    stuck: list[Alert] = []
    parked = 0
    for registration, standing in known:
        place = standing.place
        if place is None:
            continue
        since_by_stage[place.stage].append(place.since_ms)
        _count(happened, standing, place)
        parked += standing.is_parked
        if is_stuck(place, silence_s, now_ms):
            stuck.append(_alert(registration, place, now_ms))
    stuck.sort(key=lambda alert: alert.since_ms)
    return Picture(
        now_ms,
        sum(map(len, since_by_stage.values())),
        tuple(_column(stage, since_by_stage[stage], now_ms) for stage in Stage),
        parked,
        len(stuck),
        tuple(stuck[:ALERTS_SHOWN_MAX]),
        _minutes(happened, now_ms),
    )


def is_stuck(place: Place, silence_s: Mapping[Stage, int], now_ms: int) -> bool:
    """Whether it has been silent for longer than its stage allows."""
    return place.stage in silence_s and place.since_ms + silence_s[place.stage] * 1000 < now_ms


def _count(happened: Counter[tuple[int, str]], standing: Standing, place: Place) -> None:
    happened[standing.arrived_ms // _MINUTE_MS, "arrivals"] += 1
    if place.stage is Stage.REALISED:
        happened[place.since_ms // _MINUTE_MS, "completions"] += 1
    if place.stage in _FAILED:
        happened[place.since_ms // _MINUTE_MS, "failures"] += 1
    if standing.parked is not None:
        happened[standing.parked.at_ms // _MINUTE_MS, "failures"] += 1


def _alert(registration: str, place: Place, now_ms: int) -> Alert:
    silent_s = (now_ms - place.since_ms) // 1000
    return Alert(registration, reference(registration), place.stage, place.since_ms, silent_s)


def _column(stage: Stage, since_ms: list[int], now_ms: int) -> Column:
    if stage.ended or not since_ms:
        return Column(stage, len(since_ms))
    ages = sorted(max(0, now_ms - since) // 1000 for since in since_ms)
    return Column(stage, len(ages), ages[-1], _share(ages, 50), _share(ages, 95))


def _share(ages: list[int], percent: int) -> int:
    """The nearest-rank percentile of sorted values."""
    return ages[max(0, -(-len(ages) * percent // 100) - 1)]


def _minutes(happened: Counter[tuple[int, str]], now_ms: int) -> tuple[Minute, ...]:
    last = now_ms // _MINUTE_MS
    return tuple(
        Minute(one * _MINUTE_MS, happened[one, "arrivals"], happened[one, "completions"], happened[one, "failures"])
        for one in range(last - WINDOW_MINUTES + 1, last + 1)
    )
