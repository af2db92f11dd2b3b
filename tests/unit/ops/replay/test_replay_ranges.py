from dataclasses import replace
from datetime import UTC, datetime, timedelta

import click
import pytest
from click.testing import CliRunner
from remembered import replay

from ops.cli import main
from ops.replay.asked import Asked
from ops.replay.force_options import Force
from ops.replay.replays import Range
from ops.replay.topic_reader import Offsets
from ops.terminal.typed import day_of
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import ProvisioningReported
from stream.clock import SystemClock
from stream.decode import Item, decode
from stream.record import Record

ME, OTHER = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10", "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a11"
TOPIC = ProvisioningReported.name
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def reported(registration: str) -> Item:
    now = SystemClock().now()
    said = {"connection": 1, "cycle": 1, "report": "accepted", "reported_at": now, "findings": ()}
    event = ProvisioningReported.model_validate(said)
    headers, value = codec.encode(Envelope("1", "urn:keylane", TOPIC, event.version, registration, now), event)
    return decode(Record(TOPIC, 3, 0, None, value, tuple(headers)))


@pytest.mark.parametrize(("day", "hours"), [("2026-11-26", 24), ("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_is_amsterdam_s_from_midnight_to_midnight(day: str, hours: int) -> None:
    begin, end = day_of(day)
    assert (begin.isoformat()[:19], end.timestamp() - begin.timestamp()) == (f"{day}T00:00:00", hours * 3600)
    assert begin.utcoffset() in (timedelta(hours=1), timedelta(hours=2))


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "2026-11-26T10:00", "", "9999-12-31", "1969-12-31"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(click.BadParameter):
        day_of(typed)


def test_a_range_about_one_registration_means_its_records_alone_and_is_another_range() -> None:
    whole = Asked(TOPIC, "provisioning").checked()
    mine = replace(whole, registration=ME)
    unreadable = decode(Record(TOPIC, 3, 0, None, b"{", ()))
    items = [reported(ME), reported(OTHER), unreadable]
    assert [mine.means(item) for item in items] == [True, False, False]
    assert [whole.means(item) for item in items] == [True, True, True]
    assert (str(mine) == str(whole), ME in str(mine)) == (False, True)


HALF_WAY = replay()


@pytest.mark.parametrize(
    ("starts", "ends", "overlaps"),
    [
        ({1: 0}, {1: 5}, False),
        ({1: 0}, {1: 6}, True),
        ({1: 8}, {1: 20}, True),
        ({1: 9}, {1: 20}, False),
        ({2: 0}, {2: 20}, False),
        ({3: 0}, {3: 20}, False),
        ({1: 0, 3: 0}, {1: 20, 3: 20}, True),
    ],
)
def test_ranges_overlap_when_a_record_stands_in_both_however_far_the_other_is(
    starts: Offsets, ends: Offsets, *, overlaps: bool
) -> None:
    wanted = Range("notifier", "link-realised", "anything", starts, ends, is_forced=True)
    assert wanted.overlaps(HALF_WAY) == overlaps
    assert not replace(wanted, service="timeline").overlaps(HALF_WAY)
    assert not replace(wanted, topic="policy-awaited").overlaps(HALF_WAY)


def test_ranges_about_two_registrations_do_not_overlap() -> None:
    mine, other = (str(Asked("link-realised", "notifier", registration=one, force=Force(True))) for one in (ME, OTHER))
    wanted = Range("notifier", "link-realised", mine, {1: 0}, {1: 20})
    beside = [HALF_WAY.model_copy(update={"asked": asked}) for asked in (other, mine, "half-way")]
    assert [wanted.overlaps(one) for one in beside] == [False, True, True]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["topic", TOPIC, "--through", "provisioning", "--day", "2026-11-26", "--since", "2026-11-26"],
            "--day does not go",
        ),
        (["topic", TOPIC, "--through", "provisioning", "--day", "26-11-2026"], "is not a day such as"),
        (["day", "tomorrow"], "is not a day such as"),
        (["day"], "Missing argument 'DAY'"),
    ],
)
def test_what_can_not_be_meant_is_said(words: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["replay", *words])
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
