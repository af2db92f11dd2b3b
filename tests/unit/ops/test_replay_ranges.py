from dataclasses import replace
from datetime import timedelta

import click
import pytest
from click.testing import CliRunner

from ops.cli import main
from ops.replay.asked import Asked
from ops.typed_moment import day_of
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import ProvisioningReported
from stream.clock import SystemClock
from stream.decode import Item, decode
from stream.record import Record

ME, OTHER = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10", "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a11"
TOPIC = ProvisioningReported.name


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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["topic", TOPIC, "--through", "provisioning", "--day", "2026-11-26", "--since", "2026-11-26"], "--day is a"),
        (["topic", TOPIC, "--through", "provisioning", "--day", "26-11-2026"], "is no day such as"),
        (["day", "tomorrow"], "is no day such as"),
        (["day", "2026-11-26", "--apply"], "--apply needs --reason TEXT"),
        (["day"], "Missing argument 'DAY'"),
    ],
)
def test_what_can_not_be_meant_is_said(words: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["replay", *words])
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
