"""A result as people read it: plain text, at most 80 columns."""

from collections.abc import Iterator

from benchmarks.result import Result
from schemas.flow import MONEY_PATH, NOTIFIER

START_UP_S_MAX = 2.0
CPU_S_PER_1000_MAX = 0.5
RESIDENT_MB_MAX = 80.0
P50_MS_MAX = 60.0
P99_MS_MAX = 250.0
"""The targets; nothing fails because one is missed."""

_SERVICES = tuple(party.name for party in MONEY_PATH)


def lines(result: Result) -> Iterator[str]:
    """The whole result."""
    yield from _machine(result)
    yield ""
    yield from _services(result)
    yield ""
    yield from _others(result)
    yield ""
    yield from _rates(result)
    yield ""
    yield from _verdict(result)


def _machine(result: Result) -> Iterator[str]:
    machine = result.machine
    yield f"{machine.cores} cores, {machine.processor}"
    yield f"{machine.system}, load {machine.load:.1f} before"
    yield f"Python {machine.python}, Kafka {machine.kafka}, Postgres {machine.postgres}"


def _services(result: Result) -> Iterator[str]:
    drain, steady, raw = result.drain, result.open_loop, result.raw_hop
    yield f"{'':14}{'start-up':>9}{'CPU s per 1,000':>21}{'events':>9}{'ms per':>8}{'to raw':>8}{'memory':>8}"
    yield f"{'':14}{'s':>9}{'drain':>11}{f'{steady.rate_per_s:g}/s':>10}{'':>9}{'event':>8}{'hop':>8}{'MB':>8}"
    for name in _SERVICES:
        per_event = drain.cpu_ms_per_event(name)
        yield (
            f"{name:14}{result.start_up_s[name]:>9.2f}"
            f"{drain.cpu_s_per_1000(name):>11.3f}{steady.cpu_s_per_1000(name):>10.2f}"
            f"{drain.events[name]:>9,}{per_event:>8.3f}{per_event / raw.cpu_ms_per_event:>8.1f}"
            f"{result.resident_mb[name]:>8.1f}"
        )
    drained = sum(drain.cpu_s_per_1000(name) for name in _SERVICES)
    steadily = sum(steady.cpu_s_per_1000(name) for name in _SERVICES)
    yield f"{'together':14}{'':>9}{drained:>11.3f}{steadily:>10.2f}{sum(drain.events.values()):>9,}"
    yield f"{'target':14}{START_UP_S_MAX:>9.2f}{CPU_S_PER_1000_MAX:>11.3f}{'':>35}{RESIDENT_MB_MAX:>8.1f}"


def _others(result: Result) -> Iterator[str]:
    drain, steady = result.drain, result.open_loop
    for name in sorted(drain.cpu_s.keys() - set(_SERVICES)):
        yield f"{name:14}{'':>9}{drain.cpu_s_per_1000(name):>11.3f}{steady.cpu_s_per_1000(name):>10.2f}"
    raw = result.raw_hop
    yield f"{'raw hop':14}{'':>39}{raw.cpu_ms_per_event:>8.3f}{1:>8.1f}"


def _rates(result: Result) -> Iterator[str]:
    drain, steady = result.drain, result.open_loop
    yield f"drain: {drain.rate_per_s:,.0f} registrations/s from the first confirmation to the last,"
    yield f"  the last of {drain.registrations:,} registrations {drain.published_to_last_s:.1f} s after publishing"
    mails, each_ms = drain.mails, drain.cpu_ms_per_mail(NOTIFIER.name)
    yield f"  {mails:,} mails, receipts included, at {each_ms:.3f} ms CPU of the notifier each"
    yield f"submit to confirmation at {steady.rate_per_s:g}/s, over {steady.registrations:,} registrations:"
    yield (
        f"  p50 {steady.p50_ms:,.0f} ms (target {P50_MS_MAX:g}), "
        f"p99 {steady.p99_ms:,.0f} ms (target {P99_MS_MAX:g}), slowest {steady.latest_ms:,.0f} ms"
    )


def _verdict(result: Result) -> Iterator[str]:
    yield from result.verdict.problems
    yield f"bench: {result.verdict.outcome}"
