"""Who is stuck is said once, and one of whom that cannot be said keeps it from no other."""

import logging
from datetime import UTC, datetime

import pytest

from services.monitor.alerts import Alerts
from services.monitor.contribution import reached
from services.monitor.stage import Stage
from services.monitor.standing import Standing

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONG_AGO_MS = 1_767_225_600_000
BEFORE_2000_MS = 946_634_400_000


def stuck_since(at_ms: int) -> Standing:
    return reached(Stage.ACCEPTED, at_ms, cycle=1)


def test_each_is_said_once() -> None:
    alerts = Alerts({Stage.ACCEPTED: 60})
    standings = {"one": stuck_since(LONG_AGO_MS), "two": stuck_since(LONG_AGO_MS + 1)}
    ((first, event), _) = alerts.due(standings, NOW)
    assert (first.subject, event.stage, event.cycle) == ("one", "accepted", 1)

    alerts.told(first)

    assert [envelope.subject for envelope, _ in alerts.due(standings, NOW)] == ["two"]
    assert not list(alerts.due({"two": stuck_since(LONG_AGO_MS).joined(Standing(0, told_ms=LONG_AGO_MS))}, NOW))


def test_what_no_event_can_say_is_logged_once_and_left(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    alerts = Alerts({Stage.ACCEPTED: 60})
    standings = {"strange": stuck_since(BEFORE_2000_MS), "one": stuck_since(LONG_AGO_MS)}

    for _ in range(2):
        assert [envelope.subject for envelope, _ in alerts.due(standings, NOW)] == ["one"]

    (line,) = caplog.messages
    assert f"strange is accepted since {BEFORE_2000_MS} ms" in line
