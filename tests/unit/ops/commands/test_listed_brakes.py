"""Brakes as `koppeling brake list` shows them."""

from datetime import UTC, datetime

from ops.commands.brake import PulledBrake, brake_lines
from ops.terminal.output import COLUMNS

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_why_a_release_was_stopped_and_let_go_fits_into_80_columns() -> None:
    brake = PulledBrake(
        service="provisioning", release="0.1.0", pulled_at=NOW, reason="DEFECT_KeyError, " * 6,
        released_at=NOW, released_because="the data were wrong, " * 5,
    )  # fmt: skip
    lines = list(brake_lines([brake, brake.model_copy(update={"released_at": None})]))
    assert max(map(len, lines)) <= COLUMNS
    assert [lines[0][:21], lines[-1]] == ["provisioning 0.1.0, p", "  stopped"]
