"""What a journal may be pruned by, and how the plan reads."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ops.cli import main
from ops.prune.plan import JournalPlan, line_at, plan_lines, what_is_too_short
from ops.terminal.output import COLUMNS
from schemas.flow import SERVICE_NAMES
from schemas.topics import event_topics
from stream.horizon import HORIZON

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEPT = max(timedelta(milliseconds=topic.retention_ms) for topic in event_topics() if topic.retention_ms)
SECOND = timedelta(seconds=1)


def test_the_line_lies_a_day_before_the_horizon_for_the_difference_of_clocks() -> None:
    assert line_at(NOW, HORIZON) == NOW - HORIZON - timedelta(days=1)


def test_a_horizon_has_to_be_longer_than_any_topic_is_kept() -> None:
    assert what_is_too_short(HORIZON) is None
    assert what_is_too_short(KEPT + SECOND) is None
    for horizon in (KEPT, timedelta(0)):
        assert "kept for 400 days" in (what_is_too_short(horizon) or "")


@given(
    st.sampled_from(SERVICE_NAMES), st.integers(0, 10**11), st.integers(0, 10**15), st.none() | st.just(NOW),
    st.none() | st.just(NOW - HORIZON),
)  # fmt: skip
def test_the_plan_fits_into_80_columns(
    service: str, rows: int, journal_bytes: int, oldest: datetime | None, pruned: datetime | None
) -> None:
    plan = JournalPlan(
        service=service, before=NOW, rows=rows, to_go=rows, oldest_left=oldest, journal_bytes=journal_bytes,
        pruned_up_to=pruned,
    )  # fmt: skip
    lines = list(plan_lines(plan))
    assert max(map(len, lines)) <= COLUMNS
    said = " ".join(" ".join(lines).split())
    assert f"{rows:,} from before 2026-11-22 13:00:00 would go" in said
    assert ("the oldest left" in said, "was pruned up to" in said) == (oldest is not None, pruned is not None)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--horizon-days", "400"), "there are topics that are kept for 400 days"),
        (("--horizon-days", "much"), "is not a valid float"),
        (("monitor",), "'monitor' is not one of"),
        (("--json", "--apply", "--reason", "a test"), "--json shows the plan"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_meant_is_wrong_usage(words: tuple[str, ...], fault: str) -> None:
    result = CliRunner().invoke(main, ["prune", *words])
    assert (result.exit_code, fault in " ".join(result.stderr.split())) == (2, True), result.stderr


def test_the_services_own_setting_is_the_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_REPLAY_HORIZON_DAYS", "30")
    result = CliRunner().invoke(main, ["prune"])
    assert (result.exit_code, "kept for 400 days" in " ".join(result.stderr.split())) == (2, True)
